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

_MEMORY, _MOST_MEMORY = 64, 1024
"""Megabytes that DuckDB may hold before it goes to disk, and may hold at most: wide rows take more than the first, twice as much each time."""
_ROWS = 8_192


class Database:
    """Answer queries; words in braces in them stand for terms that are SQL already."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._memory = _MEMORY

    def view(self, called: str, table: str) -> None:
        """Give a table expression a name."""
        self._connection.execute(f"CREATE VIEW {called} AS FROM {table}")

    def run(self, sql: str, **terms: str) -> None:
        """Carry out a statement."""
        self.all(sql, **terms)

    def all(self, sql: str, **terms: str) -> list[Any]:
        """Return the rows of an answer that is short."""
        while True:
            with self._more_memory_where_needed():
                return list(self._connection.execute(sql.format(**terms)).fetchall())

    def read(self, sql: str, **terms: str) -> Iterator[pa.Table]:
        """Yield the rows of an answer that is in an order, some thousand at a time."""
        given = 0
        while True:
            with self._more_memory_where_needed():
                at = 0
                for batch in self._connection.cursor().sql(sql.format(**terms)).to_arrow_reader(_ROWS):
                    at += batch.num_rows
                    if new := max(0, at - given):  # what came before the memory was too little is not given twice
                        given = at
                        yield pa.Table.from_batches([batch.slice(batch.num_rows - new)])
                return

    @contextmanager
    def _more_memory_where_needed(self) -> Iterator[None]:
        """Suppress that a query needs more memory than it may have, so that it is asked again with more, up to a bound."""
        import duckdb

        try:
            yield
        except (duckdb.OutOfMemoryException, OSError) as error:  # OSError: what Arrow makes of it
            if self._memory >= _MOST_MEMORY or "Out of Memory" not in str(error):
                raise
            self._memory *= 2
            self._connection.execute(f"SET memory_limit = '{self._memory}MB'")


@contextmanager
def database(folder: Path) -> Iterator[Database]:
    """Yield a database in a folder, which may fill up with what does not fit into memory.

    Raises:
        Unwritable: the disk is full.
    """
    import duckdb

    pa.default_memory_pool().release_unused()
    # Two threads hold more and are hardly faster; a progress bar would go to standard output.
    settings = {"memory_limit": f"{_MEMORY}MB", "threads": 1, "temp_directory": str(folder / "duckdb"), "preserve_insertion_order": False}
    try:
        with duckdb.connect(folder / "rows.duckdb", config=settings) as connection:
            connection.execute("SET enable_progress_bar = false")
            yield Database(connection)
    except (duckdb.IOException, duckdb.TransactionException, duckdb.OutOfMemoryException, OSError) as error:
        raise Unwritable(
            f"DuckDB: {str(error).partition(chr(10))[0]}", hint=f"Make room on the disk of {folder}, then try again."
        ) from error


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
