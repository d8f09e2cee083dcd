"""The `sampler` column: one file per sampler type says how its values are drawn."""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass

import pyarrow as pa

from resyn.columns.conversion import Conversion, conversion_of
from resyn.columns.protocol import Block, BlockColumn
from resyn.errors import ResynError
from resyn.rng import Stream
from resyn.spec import Program
from resyn.spec.columns.sampler import Sampler


def build(column: Sampler, program: Program) -> BlockColumn:
    """Return the column: `build(params, stream_of, program)` of the file named after the sampler type, then `convert_to`."""
    module = importlib.import_module(f"resyn.columns.samplers.{column.params.sampler_type}")
    drawn: BlockColumn = module.build(column.params, functools.partial(Stream.of, program, column.random_name), program)
    conversion = conversion_of(drawn.arrow_type, column.convert_to)
    return _Sampled(column.name, drawn, conversion, conversion.arrow_type)


@dataclass(frozen=True, slots=True)
class _Sampled:
    name: str
    drawn: BlockColumn
    conversion: Conversion
    arrow_type: pa.DataType

    def compute(self, block: Block) -> pa.Array:
        try:
            return self.conversion.apply(self.drawn.compute(block))
        except ResynError as error:
            raise ResynError(f"column {self.name}, {error.message}", hint=error.hint) from error
