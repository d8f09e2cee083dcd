"""Where numbers lie: ends, middle and a histogram."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from resyn.export.sql import Database

MOST_BARS = 24
_DAY = 86_400_000_000
_MICROSECONDS = 1_000_000
_PLACED = "FROM (SELECT {number} AS m FROM rows) WHERE m IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Spread:
    """Hold ends and median as a person reads them, and how many values lie in each of equally wide bins."""

    low: str
    median: str
    high: str
    bars: tuple[int, ...]
    unit: str = ""
    """What is measured, where it is not the value itself: characters of a text, items of a list."""


def spread(rows: Database, term: str, kind: pa.DataType) -> Spread | None:
    """Return where the values of a column (`term`, in SQL) lie: numbers, lengths, or moments; None where none can be placed."""
    placed = _placed(term, kind)
    if not placed:
        return None
    number = {"number": placed, "day": str(_DAY)}
    many, low, high = rows.all(f"SELECT count(m), min(m), max(m) {_PLACED}", **number)[0]
    if not many:
        return None
    middle = rows.all(f"SELECT m {_PLACED} ORDER BY m LIMIT 1 OFFSET {{middle}}", **number, middle=str((many - 1) // 2))[0][0]
    found = dict(rows.all(f"SELECT {{bin}}, count(*) {_PLACED} GROUP BY ALL", **number, bin=_bin(low, high)))
    whole = pa.types.is_temporal(kind) and rows.all(f"SELECT bool_and(m % {{day}} = 0) {_PLACED}", **number)[0][0]
    write = _moment(whole_days=bool(whole)) if pa.types.is_temporal(kind) else _number
    unit = "characters" if pa.types.is_string(kind) else "items" if pa.types.is_list(kind) else ""
    bars = tuple(found.get(number, 0) for number in range(_count(low, high)))
    return Spread(write(low), write(middle), write(high), bars, unit)


def _placed(term: str, kind: pa.DataType) -> str:
    """Return, in SQL, the number each value is placed by: itself, its length, or its moment in microseconds; null where it has none."""
    if pa.types.is_string(kind):
        return f"length({term})"
    if pa.types.is_list(kind):
        return f"len({term})"
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return f"epoch_us({term}::TIMESTAMP)"
    if pa.types.is_floating(kind):
        return f"CASE WHEN isfinite({term}) THEN {term}::DOUBLE END"
    return f"{term}::BIGINT" if pa.types.is_integer(kind) else ""


def _count(low: Any, high: Any) -> int:
    """Return how many bins there are; among whole numbers a bin is a whole number wide, so that none holds more of them than another."""
    if isinstance(low, int):
        return -(-(int(high) - low + 1) // _width(low, high))
    return 1 if low == high else MOST_BARS


def _width(low: int, high: int) -> int:
    return -(-(high - low + 1) // MOST_BARS)


def _bin(low: Any, high: Any) -> str:
    """Return, in SQL, the number of the bin that holds `m`."""
    if isinstance(low, int):
        return f"((m::HUGEINT - ({low})) // {_width(low, high)})::INTEGER"
    if low == high:
        return "0"
    half = 1.0 if math.isfinite(high - low) else 0.5  # the difference of two doubles can overflow
    place = f"(m * {half} - ({low * half!r}::DOUBLE)) / {high * half - low * half!r}::DOUBLE"
    return f"least(floor({place} * {MOST_BARS}), {MOST_BARS - 1})::INTEGER"


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def _moment(*, whole_days: bool) -> Callable[[Any], str]:
    layout = "%Y-%m-%d" if whole_days else "%Y-%m-%d %H:%M:%S"
    return lambda microseconds: datetime.fromtimestamp(int(microseconds) // _MICROSECONDS, UTC).strftime(layout)
