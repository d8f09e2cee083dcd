"""The `datetime` sampler."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from resyn.columns.protocol import Block, BlockColumn
from resyn.rng import Stream
from resyn.rng.stream import below
from resyn.spec import Program
from resyn.spec.samplers.datetime import Datetime


def build(params: Datetime, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are the beginnings of units, each as likely.

    The units are those that hold a moment from `start` to before `end`: as in Data Designer, `end: 2025-12-31T23:59:59` with unit D
    includes that day, and a `start` inside a unit is drawn as its beginning.
    """
    del program
    unit = f"datetime64[{params.unit}]"
    first, last = _moment(params.start).astype(unit), (_moment(params.end) - np.timedelta64(1, "s")).astype(unit)
    return _Datetimes(unit, int(first.astype(np.int64)), int((last - first).astype(np.int64)) + 1, stream_of(""))


@dataclass(frozen=True, slots=True)
class _Datetimes:
    unit: str
    first: int
    """Units since 1970."""
    size: int
    stream: Stream
    arrow_type: ClassVar[pa.DataType] = pa.timestamp("s")

    def compute(self, block: Block) -> pa.Array:
        units = self.first + below(self.stream.word(block.rows, block.attempt, block.redraw), self.size)
        return pa.array(units.astype(self.unit).astype("datetime64[s]"))


def _moment(text: str) -> np.datetime64:
    """Return an ISO-8601 moment to the second, in UTC where it names an offset."""
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return np.datetime64(moment, "s")
