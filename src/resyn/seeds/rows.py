"""An Arrow file of rows that are taken by number, in any order, without reading what lies between them."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from resyn.store import atomic

_ROWS, _BYTES = 65_536, 32 * 2**20
"""The most that is read into memory together."""
_MAPPED = 64 * 2**20
"""Bytes of the file that may stay mapped, so that memory does not grow with it."""


def write_rows(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write a file whose rows can be taken.

    Raises:
        Unwritable: the disk is full or read-only.
    """
    with atomic.replacing(path) as temp, pa.OSFile(str(temp), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for batch in _collected(batches):
            writer.write_batch(batch)


def _collected(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the same rows in batches that are worth a seek, and small enough to be held."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        for start in range(0, batch.num_rows, _ROWS):
            held.append(batch.slice(start, _ROWS))
            if sum(part.num_rows for part in held) >= _ROWS or sum(part.nbytes for part in held) >= _BYTES:
                yield pa.concat_batches(held)
                held = []
    if held:
        yield pa.concat_batches(held)


class Rows:
    """Take rows of a file by their numbers; open while it is referred to."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._file = pa.ipc.open_file(pa.py_buffer(self._map))
        self.schema: pa.Schema = self._file.schema
        sizes = [self._file.get_batch(number).num_rows for number in range(self._file.num_record_batches)]
        self._starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        self._touched = 0

    def take(self, wanted: npt.NDArray[np.int64]) -> pa.RecordBatch:
        """Return the rows with these numbers, in their order."""
        batches = np.searchsorted(self._starts, wanted, side="right") - 1
        parts, places = [], []
        for number in np.unique(batches):
            at = np.flatnonzero(batches == number)
            batch = self._file.get_batch(int(number))
            parts.append(batch.take(pa.array(wanted[at] - self._starts[number])))
            places.append(at)
            self._give_back(batch.nbytes)
        if not parts:
            return pa.RecordBatch.from_pylist([], schema=self.schema)
        return pa.concat_batches(parts).take(pa.array(np.argsort(np.concatenate(places))))

    def _give_back(self, touched: int) -> None:
        """Let go of the pages that were read: what was taken is a copy."""
        self._touched += touched
        if self._touched >= _MAPPED:
            self._map.madvise(mmap.MADV_DONTNEED)
            self._touched = 0
