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

_MEMORY = "160MB"
"""What DuckDB may hold before it goes to disk."""
_ROWS = 8_192


@contextmanager
def database(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a database in a folder, which may fill up with what does not fit into memory.

    Raises:
        Unwritable: the disk is full.
    """
    import duckdb

    connection = duckdb.connect(
        folder / "rows.duckdb", config={"memory_limit": _MEMORY, "threads": 2, "temp_directory": str(folder / "duckdb")}
    )
    try:
        yield connection
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise Unwritable(
            f"DuckDB: {str(error).partition(chr(10))[0]}", hint=f"Make room on the disk of {folder}, then try again."
        ) from error
    finally:
        connection.close()


def read(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[pa.Table]:
    """Yield what a query gives, some thousand rows at a time."""
    for batch in connection.cursor().sql(sql).to_arrow_reader(_ROWS):
        yield pa.Table.from_batches([batch])


def name(column: str) -> str:
    """Return a column's name as SQL has it."""
    return '"' + column.replace('"', '""') + '"'


def field(path: str) -> str:
    """Return a column, or a field of one after dots (`customer.age`), as SQL has it."""
    column, *fields = path.split(".")
    term = name(column)
    for inner in fields:
        term = f"struct_extract({term}, {literal(inner)})"
    return term


def literal(content: Any) -> str:
    """Return a text as SQL has it."""
    return "'" + str(content).replace("'", "''") + "'"
