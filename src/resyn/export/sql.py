"""DuckDB, out of memory and without settings of its user's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from resyn.errors import Unwritable

if TYPE_CHECKING:
    import duckdb

_MEMORY = "96MB"
"""What DuckDB may hold before it goes to disk; two threads hold more and are hardly faster."""
_ROWS = 8_192


class Database:
    """Answer queries; words in braces in them stand for terms that are SQL already."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def view(self, called: str, table: str) -> None:
        """Give a table expression a name."""
        self._connection.execute(f"CREATE VIEW {called} AS FROM {table}")

    def run(self, sql: str, **terms: str) -> None:
        """Carry out a statement."""
        self._connection.execute(sql.format(**terms))

    def all(self, sql: str, **terms: str) -> list[Any]:
        """Return the rows of an answer that is short."""
        return list(self._connection.execute(sql.format(**terms)).fetchall())

    def read(self, sql: str, **terms: str) -> Iterator[pa.Table]:
        """Yield the rows of an answer, some thousand at a time."""
        for batch in self._connection.cursor().sql(sql.format(**terms)).to_arrow_reader(_ROWS):
            yield pa.Table.from_batches([batch])


@contextmanager
def database(folder: Path) -> Iterator[Database]:
    """Yield a database in a folder, which may fill up with what does not fit into memory.

    Raises:
        Unwritable: the disk is full.
    """
    import duckdb

    settings = {"memory_limit": _MEMORY, "threads": 1, "temp_directory": str(folder / "duckdb")}
    connection = duckdb.connect(folder / "rows.duckdb", config=settings)
    try:
        yield Database(connection)
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise Unwritable(
            f"DuckDB: {str(error).partition(chr(10))[0]}", hint=f"Make room on the disk of {folder}, then try again."
        ) from error
    finally:
        connection.close()


def name(column: str) -> str:
    """Return a column's name as SQL has it."""
    return '"' + column.replace('"', '""') + '"'


def field(path: str) -> str:
    """Return a column, or a field of one after dots (`customer.age`), as SQL has it."""
    column, *fields = path.split(".")
    term = name(column)
    for inner in fields:
        term = field_of(term, inner)
    return term


def field_of(term: str, inner: str) -> str:
    """Return a field of a struct as SQL has it."""
    return f"struct_extract({term}, {literal(inner)})"


def literal(content: Any) -> str:
    """Return a text as SQL has it."""
    return "'" + str(content).replace("'", "''") + "'"
