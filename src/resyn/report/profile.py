"""What the values of each column look like, fields of structs among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from resyn.report.distinct import Distinct
from resyn.report.spread import Spread, spread

MOST_VALUES = 50
"""A column with more different values than this is not a choice among a few, and its values are not counted one by one."""

Path = tuple[str, ...]
"""A column's name, then the names of the fields below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Describe one column, or one field of a struct."""

    type: pa.DataType
    nulls: int
    distinct: int
    values: tuple[tuple[str, int], ...] = ()
    """Each value and its rows, most frequent first; only where few values repeat."""
    spread: Spread | None = None
    """Where numbers and moments lie, or how long texts and lists are."""


def profile(groups: Iterable[pa.Table]) -> dict[Path, Profile]:
    """Return the profile of every column, each followed by its fields; keeps 8 to 16 bytes a value and no text."""
    kept: dict[Path, _Kept] = {}
    for group in groups:
        for path, values in _leaves(group):
            kept.setdefault(path, _Kept(values.type)).add(values)
    return {path: one.result() for path, one in kept.items()}


def _leaves(group: pa.Table) -> Iterator[tuple[Path, pa.Array]]:
    for name, column in zip(group.column_names, group.columns, strict=True):
        yield from _below((name,), column.combine_chunks())


def _below(path: Path, values: pa.Array) -> Iterator[tuple[Path, pa.Array]]:
    yield path, values
    if pa.types.is_struct(values.type):
        for index, field in enumerate(values.type):
            yield from _below((*path, field.name), pc.struct_field(values, [index]))


class _Kept:
    """Hold what is known of one column so far."""

    def __init__(self, kind: pa.DataType) -> None:
        self._type = kind
        self._rows = 0
        self._nulls = 0
        self._distinct = Distinct()
        self._values: Counter[str] | None = Counter() if _may_be_choice(kind) else None
        self._measured: list[np.ndarray] = []

    def add(self, values: pa.Array) -> None:
        self._rows += len(values)
        self._nulls += values.null_count
        self._distinct.add(values)
        if self._values is not None:
            for item in pc.value_counts(values.drop_null()).to_pylist():
                self._values[_label(item["values"])] += item["counts"]
            if len(self._values) > MOST_VALUES:
                self._values = None
        if (measured := _measured(values.drop_null())) is not None:
            self._measured.append(measured.to_numpy(zero_copy_only=False))

    def result(self) -> Profile:
        distinct = self._distinct.count()
        repeated = self._values is not None and distinct <= (self._rows - self._nulls) / 2
        values = sorted((self._values or {}).items(), key=lambda item: (-item[1], item[0])) if repeated else []
        measured = np.concatenate(self._measured) if self._measured else np.empty(0)
        return Profile(
            type=self._type,
            nulls=self._nulls,
            distinct=distinct,
            values=tuple(values),
            spread=spread(measured, self._type),
        )


def _may_be_choice(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_boolean(kind) or pa.types.is_integer(kind))


def _label(value: str | bool | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _measured(values: pa.Array) -> pa.Array | None:
    """Return the number each value is placed by: itself, its length, or its moment in microseconds."""
    kind = values.type
    if pa.types.is_string(kind):
        return pc.utf8_length(values)
    if pa.types.is_list(kind):
        return pc.list_value_length(values)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return values.cast(pa.timestamp("us")).cast(pa.int64())
    return values if pa.types.is_integer(kind) or pa.types.is_floating(kind) else None
