"""Rows on their way from the batches to the dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

ROW, SPLIT = "__row", "__split"
"""Columns that no file holds: the row's index in the plan (int64), and the number of its split (int16) once it has one."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Hold rows that are read once: tables of `schema`, which begins with `__row`, of at most some thousand rows each."""

    schema: pa.Schema
    tables: Iterator[pa.Table]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the dataset: all but those of our own."""
        return tuple(name for name in self.schema.names if name not in (ROW, SPLIT))


class Sink(Protocol):
    """Take the rows of one dataset."""

    def write(self, table: pa.Table) -> None:
        """Append rows."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Give a processor what it may use besides its rows: an empty folder, and a second dataset to write."""

    spill: Path
    dataset: Callable[[str, pa.Schema], Sink]


def regrouped(tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """Yield the rows of tables of one schema again, `size` at a time (the last table may be shorter), each column in one piece."""
    waiting = Waiting(size)
    for table in tables:
        yield from waiting.add(table)
    yield from waiting.rest()


class Waiting:
    """Hold rows until there are enough for a table."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: list[pa.Table] = []
        self._count = 0

    def add(self, table: pa.Table) -> Iterator[pa.Table]:
        """Take rows and yield the tables they fill."""
        rest = table
        while self._count + rest.num_rows >= self._size:
            head = rest.slice(0, self._size - self._count)
            rest = rest.slice(head.num_rows)
            yield pa.concat_tables([*self._held, head]).combine_chunks()
            self._held, self._count = [], 0
        if rest.num_rows:
            self._held.append(rest)
            self._count += rest.num_rows

    def rest(self) -> Iterator[pa.Table]:
        """Yield what fills no table, where there is any."""
        if self._held:
            yield pa.concat_tables(self._held).combine_chunks()
            self._held, self._count = [], 0
