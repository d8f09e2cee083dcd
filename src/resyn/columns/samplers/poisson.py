"""The `poisson` sampler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from resyn.columns.protocol import Block, BlockColumn
from resyn.rng import Stream, Words
from resyn.rng.tables import pick, poisson
from resyn.spec import Program
from resyn.spec.samplers.poisson import Poisson


def build(params: Poisson, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are counts. The table takes 0.1 s to build for the largest mean."""
    del program
    return _Poisson(*poisson(params.mean), stream_of(""))


@dataclass(frozen=True, slots=True)
class _Poisson:
    first: int
    thresholds: Words
    stream: Stream
    arrow_type: ClassVar[pa.DataType] = pa.int64()

    def compute(self, block: Block) -> pa.Array:
        return pa.array(self.first + pick(self.stream.word(block.rows, block.attempt, block.redraw), self.thresholds))
