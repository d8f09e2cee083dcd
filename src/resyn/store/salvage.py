"""Read what can still be read of a damaged SQLite file."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from resyn.store.database import FAILURES

_PAGE = 4096
_CHANGES, _VALID_FOR = slice(24, 28), slice(92, 96)
"""Places in SQLite's header; where the two differ, it takes the number of pages from the size of the file."""
_SMALLEST_ROW = 8
"""Bytes: no file holds more rows than its size divided by this."""


def salvage(damaged: Path, query: str, tables: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield every row that can be read of a damaged file; of a page that is not readable, only its rows are lost.

    Args:
        damaged: the file, which is not changed.
        query: selects `rowid` first, from one table, and ends where `WHERE` would follow.
        tables: what makes the file's tables, in the order they were made in: where its first page is gone, that of a new file
            stands in for it, since the tables then begin on the same pages.
    """
    with suppress(*FAILURES), closing(_opened(damaged)) as connection:
        connection.execute(f"{query} LIMIT 0")
        yield from _rows(connection, query, damaged.stat().st_size // _SMALLEST_ROW)
        return
    with tempfile.TemporaryDirectory(dir=damaged.parent) as folder:
        copy = Path(folder) / damaged.name
        for suffix in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{damaged}{suffix}", f"{copy}{suffix}")
        with copy.open("r+b") as file:
            file.write(_first_page(Path(folder) / "new", tables))
        with suppress(*FAILURES), closing(_opened(copy)) as connection:
            yield from _rows(connection, query, damaged.stat().st_size // _SMALLEST_ROW)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    # Lets SQLite read a file that is shorter than its header says.
    connection.execute("PRAGMA writable_schema = ON")
    return connection


def _rows(connection: sqlite3.Connection, query: str, most: int) -> Iterator[tuple[Any, ...]]:
    """Yield rows upwards, jump over what cannot be read in ever longer strides, then read back down to it."""
    done, stride = 0, 1
    while done + stride <= most + 1:
        first = None
        start = done + stride - 1
        try:
            for rowid, *row in connection.execute(f"{query} WHERE rowid > {start} ORDER BY rowid"):
                if first is None and start > done:
                    first = rowid
                    yield from _downwards(connection, query, done, rowid)
                first, done, stride = rowid, rowid, 1
                yield tuple(row)
        except FAILURES:
            stride = max(2, 2 * stride)
        else:
            if stride == 1:
                return
            break
    yield from _downwards(connection, query, done, most + 2)


def _downwards(connection: sqlite3.Connection, query: str, above: int, below: int) -> Iterator[tuple[Any, ...]]:
    with suppress(*FAILURES):
        for _, *row in connection.execute(f"{query} WHERE rowid > {above} AND rowid < {below} ORDER BY rowid DESC"):
            yield tuple(row)


def _first_page(path: Path, tables: Sequence[str]) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA page_size = {_PAGE}")
        for table in tables:
            connection.execute(table)
        connection.commit()
    page = bytearray(path.read_bytes()[:_PAGE])
    page[_CHANGES], page[_VALID_FOR] = (2).to_bytes(4, "big"), (1).to_bytes(4, "big")
    return bytes(page)
