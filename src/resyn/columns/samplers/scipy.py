"""The `scipy` sampler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from resyn.columns import distribution
from resyn.columns.conversion import rounded
from resyn.columns.protocol import Block, BlockColumn
from resyn.rng import Stream
from resyn.spec import Program
from resyn.spec.samplers.scipy import Scipy


def pools(params: Scipy) -> dict[str, str]:
    """Return the versions of the packages that the values come from."""
    del params
    return distribution.pools()


def advice(params: Scipy) -> str:
    """Return what a person should know before drawing many values, or ""."""
    return distribution.advice(params.dist_name)


def build(params: Scipy, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are whole numbers where the distribution is discrete, else numbers of 12 digits.

    Raises:
        ResynError: another version of SciPy or NumPy is installed than the one that the program was compiled with.
    """
    distribution.require_same_versions(program)
    drawn = distribution.distribution(params.dist_name, params.dist_params)
    return _Drawn(params, drawn, stream_of(""), pa.int64() if drawn.discrete else pa.float64())


@dataclass(frozen=True, slots=True)
class _Drawn:
    params: Scipy
    distribution: distribution.Distribution
    stream: Stream
    arrow_type: pa.DataType

    def compute(self, block: Block) -> pa.Array:
        values = self.distribution.draw(self.stream.word(block.rows, block.attempt, block.redraw))
        return pa.array(values if self.distribution.discrete else rounded(values, self.params.decimal_places))
