"""The `gaussian` sampler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from resyn.columns.conversion import rounded
from resyn.columns.protocol import Block, BlockColumn
from resyn.rng import Stream
from resyn.rng.normal import standard_normal
from resyn.spec import Program
from resyn.spec.samplers.gaussian import Gaussian


def build(params: Gaussian, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are within 8.3 standard deviations of the mean."""
    del program
    return _Gaussian(params, stream_of(""))


@dataclass(frozen=True, slots=True)
class _Gaussian:
    params: Gaussian
    stream: Stream
    arrow_type: ClassVar[pa.DataType] = pa.float64()

    def compute(self, block: Block) -> pa.Array:
        values = self.params.mean + self.params.stddev * standard_normal(self.stream.word(block.rows, block.attempt, block.redraw))
        return pa.array(rounded(values, self.params.decimal_places))
