"""A Jinja condition over columns, evaluated for the rows of a block."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from resyn.columns.protocol import Block
from resyn.errors import ResynError
from resyn.templates.environment import FAILURES
from resyn.templates.expressions import Path, expression, paths

Positions = npt.NDArray[np.int64]


def strictly(verdict: Any) -> bool:
    """Return a verdict that is true or false.

    Raises:
        TypeError: it is neither.
    """
    if not isinstance(verdict, bool):
        raise TypeError(f"it gives {str(verdict)[:80]!r}, which is neither true nor false")
    return verdict


def truthy(verdict: Any) -> bool:
    """Return whether Python takes a verdict for true; as in Data Designer, a text such as "0" or "False" is what it spells."""
    if isinstance(verdict, str):
        with suppress(ValueError, SyntaxError):
            verdict = ast.literal_eval(verdict)
    return bool(verdict)


class Condition:
    """Say for which rows an expression is true, such as "customer.age > 21 and tier == 'gold'".

    It is evaluated once for each combination of the values it reads, which gives what one evaluation a row would.
    """

    def __init__(self, source: str, truth: Callable[[Any], bool] = strictly) -> None:
        self._source, self._truth = source, truth
        self._evaluate = expression(source)
        self._paths = paths(source)

    def holds(self, block: Block, among: Positions) -> npt.NDArray[np.bool_]:
        """Return whether the condition is true for each of the rows of the block at the positions `among`.

        Raises:
            ResynError: it fails for a row, or is neither true nor false; names the first such row and the condition.
        """
        read = {path: array.take(pa.array(among)) for path, array in _read(self._paths, block.columns).items()}
        first, which = _distinct(read.values(), len(among))
        values = {path: array.take(pa.array(first)).to_pylist() for path, array in read.items()}
        true = np.zeros(len(first), dtype=np.bool_)
        for number in np.argsort(first):
            record = _record({path: listed[number] for path, listed in values.items()})
            true[number] = self.holds_for(block.rows[among[first[number]]], record)
        return true[which]

    def holds_for(self, row: int, record: Mapping[str, Any]) -> bool:
        """Return whether the condition is true for one row.

        Raises:
            ResynError: it fails; names row and condition.
        """
        try:
            return self._truth(self._evaluate(record))
        except FAILURES as error:
            raise ResynError(f"row {row}, condition {self._source!r}: {error}", hint="mend the condition, then run `resyn plan`") from error


def _read(asked: Iterable[Path], columns: Mapping[str, pa.Array]) -> dict[Path, pa.Array]:
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


def _distinct(arrays: Iterable[pa.Array], rows: int) -> tuple[Positions, Positions]:
    """Return the first row of each combination of values, and the combination of each row."""
    which = np.zeros(rows, dtype=np.int64)
    for array in arrays:
        codes = np.arange(rows) if pa.types.is_nested(array.type) else array.dictionary_encode(null_encoding="encode").indices.to_numpy()
        which = np.unique(which * (rows + 1) + codes, return_inverse=True)[1]
    return np.unique(which, return_index=True)[1], which


def _record(values: Mapping[Path, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for path, value in values.items():
        inner = record
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
        inner[path[-1]] = value
    return record
