"""The `timedelta` sampler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from resyn.columns.moments import moments
from resyn.columns.protocol import Block, BlockColumn
from resyn.rng import Stream
from resyn.rng.stream import below
from resyn.spec import Program
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.timedelta import SECONDS, Timedelta


def build(params: Timedelta, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are moments after the one that the reference column says in its own format."""
    formats = {column.name: column.convert_to for column in program.columns if isinstance(column, Sampler)}
    return _Timedeltas(params, formats.get(params.reference_column_name, ""), stream_of(""))


@dataclass(frozen=True, slots=True)
class _Timedeltas:
    params: Timedelta
    format: str
    """What the reference is written in; "" is ISO-8601."""
    stream: Stream
    arrow_type: ClassVar[pa.DataType] = pa.timestamp("s")

    def compute(self, block: Block) -> pa.Array:
        least, size = self.params.dt_min, self.params.dt_max - self.params.dt_min
        units = least + below(self.stream.word(block.rows, block.attempt, block.redraw), size)
        later = pa.array(units * SECONDS[self.params.unit]).cast(pa.duration("s"))
        return pc.add(moments(block.columns[self.params.reference_column_name], self.format), later)
