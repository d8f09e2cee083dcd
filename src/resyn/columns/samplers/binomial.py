"""The `binomial` sampler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from resyn.columns.protocol import Block, BlockColumn
from resyn.rng import Stream, Words
from resyn.rng.tables import binomial, pick
from resyn.spec import Program
from resyn.spec.samplers.binomial import Binomial


def build(params: Binomial, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are counts of successes. The table takes 0.1 s to build for the largest mean."""
    del program
    rarer = min(params.p, 1 - params.p)
    return _Binomial(params, *binomial(params.n, rarer), stream_of(""))


@dataclass(frozen=True, slots=True)
class _Binomial:
    params: Binomial
    first: int
    thresholds: Words
    """The table of the rarer outcome."""
    stream: Stream
    arrow_type: ClassVar[pa.DataType] = pa.int64()

    def compute(self, block: Block) -> pa.Array:
        rarer = self.first + pick(self.stream.word(block.rows, block.attempt, block.redraw), self.thresholds)
        return pa.array(rarer if self.params.p <= 0.5 else self.params.n - rarer)
