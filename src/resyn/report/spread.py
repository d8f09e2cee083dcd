"""Where numbers lie: ends, middle and a histogram."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MOST_BARS = 24
_DAY = 86_400_000_000
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """Hold ends and median as a person reads them, and how many values lie in each of equally wide bins."""

    low: str
    median: str
    high: str
    bars: tuple[int, ...]
    unit: str = ""
    """What is measured, where it is not the value itself: characters of a text, items of a list."""


def spread(values: NDArray[Any], kind: pa.DataType) -> Spread | None:
    """Return where `values` lie: numbers, lengths, or microseconds since 1970 of a temporal `kind`; None where none is finite."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return None
    low, high = finite.min(), finite.max()
    bars, _ = np.histogram(finite, bins=_edges(low, high))
    middle = np.sort(finite)[(len(finite) - 1) // 2]
    write = _moment(whole_days=not (finite % _DAY).any()) if pa.types.is_temporal(kind) else _number
    unit = "characters" if pa.types.is_string(kind) else "items" if pa.types.is_list(kind) else ""
    return Spread(write(low), write(middle), write(high), tuple(bars.tolist()), unit)


def _edges(low: Any, high: Any) -> NDArray[np.float64]:
    """Return the edges of the bins; among whole numbers a bin is a whole number wide, so that none holds more of them than another."""
    if isinstance(low, np.integer):
        width = -(-(int(high) - int(low) + 1) // MOST_BARS)
        count = -(-(int(high) - int(low) + 1) // width)
        return np.array([int(low) + width * index for index in range(count + 1)], np.float64)
    if low == high:
        return np.array([low, high])
    edges: NDArray[np.float64] = np.linspace(low / 2, high / 2, MOST_BARS + 1) * 2  # the difference of two doubles can overflow
    edges[[0, -1]] = low, high  # half of the smallest double is 0
    return edges


def _number(value: Any) -> str:
    return f"{int(value):,}" if isinstance(value, np.integer) else f"{float(value):,.6g}"


def _moment(*, whole_days: bool) -> Callable[[Any], str]:
    layout = "%Y-%m-%d" if whole_days else "%Y-%m-%d %H:%M:%S"
    return lambda microseconds: datetime.fromtimestamp(int(microseconds) // _MICROSECONDS, UTC).strftime(layout)
