"""The `uniform` sampler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from resyn.columns.conversion import rounded
from resyn.columns.protocol import Block, BlockColumn
from resyn.rng import Stream
from resyn.rng.stream import uniform
from resyn.spec import Program
from resyn.spec.samplers.uniform import Uniform


def build(params: Uniform, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are in [low, high), or rounded to `decimal_places`, which can make them `high`."""
    del program
    return _Uniform(params, stream_of(""))


@dataclass(frozen=True, slots=True)
class _Uniform:
    params: Uniform
    stream: Stream
    arrow_type: ClassVar[pa.DataType] = pa.float64()

    def compute(self, block: Block) -> pa.Array:
        low, high = self.params.low, self.params.high
        values = low + (high - low) * uniform(self.stream.word(block.rows, block.attempt, block.redraw))
        if high > low:  # the sum can be rounded up to `high`
            values = np.minimum(values, np.nextafter(high, low))
        return pa.array(rounded(values, self.params.decimal_places))
