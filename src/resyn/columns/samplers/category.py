"""The `category` sampler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from resyn.columns.protocol import Block, BlockColumn
from resyn.rng import Stream, Words
from resyn.rng.tables import pick, weighted
from resyn.spec import Program
from resyn.spec.samplers.category import Category

ARROW_TYPES = {"str": pa.string(), "int": pa.int64(), "float": pa.float64()}
"""What Arrow makes of the values, by `dtype`."""


def build(params: Category, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are those of the list."""
    del program
    arrow_type = ARROW_TYPES[params.dtype]
    weights = params.weights or (1.0,) * len(params.values)
    return _Categories(arrow_type, pa.array(params.values, arrow_type), weighted(weights), stream_of(""))


@dataclass(frozen=True, slots=True)
class _Categories:
    arrow_type: pa.DataType
    values: pa.Array
    thresholds: Words
    stream: Stream

    def compute(self, block: Block) -> pa.Array:
        return self.values.take(pa.array(pick(self.stream.word(block.rows, block.attempt, block.redraw), self.thresholds)))
