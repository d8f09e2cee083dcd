"""A Parquet file of persons, read by row group: what is in memory does not grow with the file."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_MOST_BYTES = 96 * 2**20
"""Of row groups that are kept for the next block."""

TYPES = {"string": pa.string(), "int64": pa.int64(), "double": pa.float64(), "bool": pa.bool_(), "list<string>": pa.list_(pa.string())}
"""What a field of a person can be, by name."""


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def types_of(path: Path) -> dict[str, str]:
    """Return the columns of a file and the names of their types, "" for one that no field of a person can have.

    Raises:
        OSError: it cannot be read.
        pa.ArrowException: it is no Parquet.
    """
    return {field.name: _name(field.type) for field in pq.read_schema(path)}


def _name(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return _name(kind.value_type)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return "list<string>" if _name(kind.value_type) == "string" else ""
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "string"
    tests = {"int64": pa.types.is_integer, "double": pa.types.is_floating, "bool": pa.types.is_boolean}
    return next((name for name, is_of in tests.items() if is_of(kind)), "")


class PersonFile:
    """Take rows of a file by their numbers; open while it is referred to."""

    def __init__(self, path: Path, fields: Sequence[tuple[str, str]]) -> None:
        self._file = pq.ParquetFile(path)
        self._schema = pa.schema([(name, TYPES[kind]) for name, kind in fields])
        sizes = [self._file.metadata.row_group(number).num_rows for number in range(self._file.num_row_groups)]
        self._ends = np.cumsum(sizes, dtype=np.int64)
        # Row groups by number, the one used last at the end.
        self._kept: OrderedDict[int, pa.Table] = OrderedDict()

    def matching(self, ages: tuple[int, int], allowed: Mapping[str, Sequence[str]]) -> npt.NDArray[np.uint32]:
        """Return the numbers of the rows with an age in a range, both ends included, and one of the allowed values in each column."""
        found: list[npt.NDArray[np.uint32]] = []
        for group in range(len(self._ends)):
            table = self._file.read_row_group(group, columns=["age", *allowed])
            fits = pc.and_(pc.greater_equal(table["age"], ages[0]), pc.less_equal(table["age"], ages[1]))
            for name, values in allowed.items():
                fits = pc.and_(fits, pc.is_in(table[name].cast(pa.string()), value_set=pa.array(values, pa.string())))
            found.append((np.flatnonzero(fits.to_numpy(zero_copy_only=False) == True) + self._first(group)).astype(np.uint32))  # noqa: E712 - null is neither
        return np.concatenate(found) if found else np.array([], dtype=np.uint32)

    def take(self, rows: npt.NDArray[np.uint32]) -> dict[str, pa.Array]:
        """Return the fields of some rows, in their order."""
        groups = np.searchsorted(self._ends, rows, side="right")
        order = np.argsort(groups, kind="stable")
        parts = [self._schema.empty_table()]
        for group in np.unique(groups):
            inside = rows[order[groups[order] == group]].astype(np.int64) - self._first(int(group))
            parts.append(self._group(int(group)).take(pa.array(inside)))
        back = np.empty(len(rows), dtype=np.int64)
        back[order] = np.arange(len(rows))
        table = pa.concat_tables(parts).combine_chunks().take(pa.array(back)).combine_chunks()
        return {name: _one_chunk(table[name]) for name in self._schema.names}

    def _first(self, group: int) -> int:
        return int(self._ends[group - 1]) if group else 0

    def _group(self, number: int) -> pa.Table:
        if number not in self._kept:
            self._kept[number] = self._file.read_row_group(number, columns=self._schema.names).select(self._schema.names).cast(self._schema)
        self._kept.move_to_end(number)
        while len(self._kept) > 1 and sum(table.nbytes for table in self._kept.values()) > _MOST_BYTES:
            self._kept.popitem(last=False)
        return self._kept[number]


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)
