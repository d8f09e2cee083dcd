"""The `bernoulli` sampler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from resyn.columns.protocol import Block, BlockColumn
from resyn.rng import Stream, Words
from resyn.rng.tables import pick, threshold
from resyn.spec import Program
from resyn.spec.samplers.bernoulli import Bernoulli


def build(params: Bernoulli, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are 1 and 0."""
    del program
    return _Bernoulli(threshold(params.p), stream_of(""))


@dataclass(frozen=True, slots=True)
class _Bernoulli:
    thresholds: Words
    stream: Stream
    arrow_type: ClassVar[pa.DataType] = pa.int64()

    def compute(self, block: Block) -> pa.Array:
        return pa.array(1 - pick(self.stream.word(block.rows, block.attempt, block.redraw), self.thresholds))
