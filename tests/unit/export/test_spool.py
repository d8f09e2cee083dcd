"""Rows on disk that are larger than what may be held of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from resyn.export.spool import Spool
from resyn.export.sql import database
from resyn.export.stream import Stream

WIDE = 40_000


def wide(count: int) -> Stream:
    """Return rows of 40 kB, backwards, a hundred a table."""
    schema = pa.schema([("__row", pa.int64()), ("text", pa.string())])

    def tables() -> Iterator[pa.Table]:
        for stop in range(count, 0, -100):
            rows = range(stop - 1, stop - 101, -1)
            yield pa.table({"__row": rows, "text": [f"{row:06}" + chr(97 + row % 26) * WIDE for row in rows]}, schema=schema)

    return Stream(schema, tables())


def test_rows_too_wide_for_the_memory_are_ordered_all_the_same(tmp_path: Path) -> None:
    """A block of rows alone is more than DuckDB is given at first: it gets more, and no row comes twice or not at all."""
    found = [
        (row, text[:7])
        for table in Spool(wide(3_000), tmp_path).ordered(["text"])
        for row, text in zip(*table.to_pydict().values(), strict=True)
    ]
    assert found == [(row, f"{row:06}{chr(97 + row % 26)}") for row in range(3_000)]


def test_nothing_is_printed_while_a_query_takes_long(tmp_path: Path) -> None:
    """A progress bar would go to standard output, among what a script reads there."""
    with database(tmp_path) as duckdb:
        assert duckdb.all("SELECT current_setting('enable_progress_bar')") == [(False,)]
