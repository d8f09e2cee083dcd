"""The `sampler` column: one file per sampler type says how its values are drawn."""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from resyn.columns.condition import Condition
from resyn.columns.conversion import Conversion, conversion_of
from resyn.columns.protocol import Block, BlockColumn
from resyn.errors import ResynError
from resyn.rng import Stream
from resyn.spec import Program
from resyn.spec.columns.sampler import Sampler


def build(column: Sampler, program: Program, root: Path = Path()) -> BlockColumn:
    """Return the column: `build(params, stream_of, program)` of the file named after the sampler type, then `convert_to`.

    A sampler that reads files of the project, whose folder is `root`, has `build_in(params, stream_of, program, root)` instead.
    """
    module = importlib.import_module(f"resyn.columns.samplers.{column.params.sampler_type}")
    stream_of = functools.partial(Stream.of, program, column.random_name)
    made = functools.partial(module.build_in, root=root) if hasattr(module, "build_in") else module.build
    variants = tuple(_variant(made(params, stream_of, program), column.convert_to) for params in column.every_params)
    conditions = tuple(Condition(conditional.condition) for conditional in column.conditional_params)
    return _Sampled(column.name, variants, conditions, variants[0].arrow_type)


build_in = build


@dataclass(frozen=True, slots=True)
class _Variant:
    """Draw with one set of parameters."""

    drawn: BlockColumn
    conversion: Conversion

    @property
    def arrow_type(self) -> pa.DataType:
        return self.conversion.arrow_type

    def compute(self, block: Block) -> pa.Array:
        return self.conversion.apply(self.drawn.compute(block))


def _variant(drawn: BlockColumn, convert_to: str) -> _Variant:
    return _Variant(drawn, conversion_of(drawn.arrow_type, convert_to))


@dataclass(frozen=True, slots=True)
class _Sampled:
    name: str
    variants: tuple[_Variant, ...]
    """The one without a condition, then one a condition; all draw a row from the same words."""
    conditions: tuple[Condition, ...]
    arrow_type: pa.DataType

    def compute(self, block: Block) -> pa.Array:
        try:
            if not self.conditions:
                return self.variants[0].compute(block)
            return self._chosen(block, self._choices(block))
        except ResynError as error:
            raise ResynError(f"column {self.name}, {error.message}", hint=error.hint) from error

    def _choices(self, block: Block) -> npt.NDArray[np.int64]:
        """Return which variant makes each row."""
        choices = np.zeros(len(block.rows), dtype=np.int64)
        undecided = np.arange(len(block.rows))
        for number, condition in enumerate(self.conditions, start=1):
            holds = condition.holds(block, undecided)
            choices[undecided[holds]] = number
            undecided = undecided[~holds]
        return choices

    def _chosen(self, block: Block, choices: npt.NDArray[np.int64]) -> pa.Array:
        """Return the rows of each variant: drawing a whole block and choosing from it beats drawing rows alone."""
        used, position = np.unique(choices, return_inverse=True)
        drawn = [self.variants[number].compute(block) for number in used] or [pa.nulls(0, self.arrow_type)]
        return pa.concat_arrays(drawn).take(pa.array(position * len(block.rows) + np.arange(len(block.rows))))
