"""Rows that finish in any order → rows that leave in order, those that wait for an earlier one on disk past a bound."""

from __future__ import annotations

import pickle
import tempfile
from array import array
from collections.abc import Iterator, Mapping
from typing import IO, Protocol

from resyn.engine.window import Finished

_IN_MEMORY = 8 * 2**20
"""Bytes of answers of rows that wait in memory; what comes after them waits on disk."""
_A_ROW = 4096
"""What a row weighs beside its answers."""
_NOWHERE = -1


class Sink(Protocol):
    """Take finished rows, each range's in order."""

    def put(self, key: str, row: Finished) -> None:
        """Take the next row of a range."""

    def done(self, key: str) -> None:
        """Learn that the last row of a range was put."""


class InOrder:
    """Hand the rows of several ranges to a sink, those of a range in order; ranges do not wait for each other.

    A row stalled for the whole run costs 8 bytes of memory for each row of its range, and disk.
    """

    def __init__(self, ranges: Mapping[str, range], sink: Sink, in_memory: int = _IN_MEMORY) -> None:
        self._sink, self._spill = sink, Spill(in_memory)
        self._queues = {key: _Queue(rows, self._spill) for key, rows in ranges.items()}

    def put(self, key: str, row: Finished) -> None:
        """Take a row; hand on every row that may leave now."""
        queue = self._queues[key]
        for leaving in queue.put(row):
            self._sink.put(key, leaving)
        if queue.is_complete:
            del self._queues[key]
            self._sink.done(key)

    def close(self) -> None:
        """Free the disk."""
        self._spill.close()


class Spill:
    """Keep rows in a file without a name; its space is taken again when nothing in it is wanted any more."""

    def __init__(self, in_memory: int) -> None:
        self._in_memory = in_memory
        # All mutable state: what the rows in memory weigh, the file, and how many rows in it are still wanted.
        self._weight = 0
        self._file: IO[bytes] | None = None
        self._wanted = 0

    def keep(self, row: Finished) -> Finished | int:
        """Return the row itself, or where on disk it is."""
        weight = _weight(row)
        if self._weight + weight <= self._in_memory:
            self._weight += weight
            return row
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="resyn-rows-")  # noqa: SIM115 - `close` closes it
        place = self._file.seek(0, 2)
        pickle.dump(row, self._file, pickle.HIGHEST_PROTOCOL)
        self._wanted += 1
        return place

    def take(self, kept: Finished | int) -> Finished:
        """Return a row that was kept, once."""
        if isinstance(kept, Finished):
            self._weight -= _weight(kept)
            return kept
        assert self._file is not None  # noqa: S101 - for the type checker: a place on disk is in the file
        self._file.seek(kept)
        row: Finished = pickle.load(self._file)  # noqa: S301 - this process wrote it, and nothing else can open it
        self._wanted -= 1
        if not self._wanted:
            self._file.seek(0)
            self._file.truncate()
        return row

    def close(self) -> None:
        """Drop what is kept."""
        if self._file is not None:
            self._file.close()


class _Queue:
    """Rows of one range that wait for an earlier one."""

    def __init__(self, rows: range, spill: Spill) -> None:
        self._rows, self._spill = rows, spill
        self._next = rows.start
        self._in_memory: dict[int, Finished] = {}
        self._on_disk: array[int] | None = None

    @property
    def is_complete(self) -> bool:
        return self._next >= self._rows.stop

    def put(self, row: Finished) -> Iterator[Finished]:
        if row.index != self._next:
            self._keep(row)
            return
        yield row
        self._next += 1
        while (waiting := self._take(self._next)) is not None:
            yield waiting
            self._next += 1

    def _keep(self, row: Finished) -> None:
        kept = self._spill.keep(row)
        if isinstance(kept, Finished):
            self._in_memory[row.index] = kept
            return
        if self._on_disk is None:
            self._on_disk = array("q", [_NOWHERE]) * len(self._rows)
        self._on_disk[row.index - self._rows.start] = kept

    def _take(self, index: int) -> Finished | None:
        if (row := self._in_memory.pop(index, None)) is not None:
            return self._spill.take(row)
        if self._on_disk is None or self.is_complete or (place := self._on_disk[index - self._rows.start]) == _NOWHERE:
            return None
        return self._spill.take(place)


def _weight(row: Finished) -> int:
    return _A_ROW + sum(len(turn.answer.body) for turn in row.turns)
