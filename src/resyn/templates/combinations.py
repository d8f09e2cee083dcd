"""The different combinations of values that a block of rows holds: what is a function of them is evaluated once for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from resyn.templates.expressions import Path

Positions = npt.NDArray[np.int64]


def read(asked: Iterable[Path], columns: Mapping[str, pa.Array]) -> dict[Path, pa.Array]:
    """Return the columns that paths lead to, and of structs only the fields that are asked for."""
    found: dict[Path, pa.Array] = {}
    for name, *fields in sorted(path for path in asked if path[0] in columns):
        path: Path = (name,)
        array = columns[name]
        for field in fields:
            if not pa.types.is_struct(array.type) or array.null_count or array.type.get_field_index(field) < 0:
                break
            path, array = (*path, field), pc.struct_field(array, field)
        if not any(path[: len(whole)] == whole for whole in found):
            found[path] = array
    return found


def distinct(arrays: Iterable[pa.Array], rows: int) -> tuple[Positions, Positions]:
    """Return the first row of each combination of values, and the combination of each row."""
    which = np.zeros(rows, dtype=np.int64)
    for array in arrays:
        which = np.unique(which * (rows + 1) + _codes(array), return_inverse=True)[1]
    return np.unique(which, return_index=True)[1], which


def records(values: Mapping[Path, pa.Array], rows: Positions) -> list[dict[str, Any]]:
    """Return what a template reads at each of some rows, as Python values."""
    paths = list(values)
    lists = [values[path].take(pa.array(rows)).to_pylist() for path in paths]
    if all(len(path) == 1 for path in paths):
        names = [path[0] for path in paths]
        return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)] if paths else [{} for _ in rows]
    return [_record(zip(paths, row, strict=True)) for row in zip(*lists, strict=True)]


def _codes(array: pa.Array) -> Positions:
    """Return a number for each value; floating-point numbers are told apart by their bits, since 0.0 and -0.0 are equal and not the same."""
    if pa.types.is_nested(array.type):
        return np.arange(len(array))
    if pa.types.is_float64(array.type):
        array = array.view(pa.int64())
    codes: Positions = array.dictionary_encode(null_encoding="encode").indices.to_numpy().astype(np.int64)
    return codes


def _record(values: Iterable[tuple[Path, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for path, value in values:
        inner = record
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
        inner[path[-1]] = value
    return record
