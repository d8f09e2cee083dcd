"""The `bernoulli_mixture` sampler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from resyn.columns import distribution
from resyn.columns.protocol import Block, BlockColumn
from resyn.rng import Stream, Words
from resyn.rng.tables import pick, threshold
from resyn.spec import Program
from resyn.spec.samplers.bernoulli_mixture import BernoulliMixture


def pools(params: BernoulliMixture) -> dict[str, str]:
    """Return the versions of the packages that the values come from."""
    del params
    return distribution.pools()


def advice(params: BernoulliMixture) -> str:
    """Return what a person should know before drawing many values, or ""."""
    return distribution.advice(params.dist_name)


def build(params: BernoulliMixture, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are those of the distribution, of 12 digits where they are not whole, and 0.

    Raises:
        ResynError: another version of SciPy or NumPy is installed than the one that the program was compiled with.
    """
    distribution.require_same_versions(program)
    drawn = distribution.distribution(params.dist_name, params.dist_params)
    return _Mixture(threshold(params.p), drawn, stream_of(""), pa.int64() if drawn.discrete else pa.float64())


@dataclass(frozen=True, slots=True)
class _Mixture:
    thresholds: Words
    distribution: distribution.Distribution
    stream: Stream
    arrow_type: pa.DataType

    def compute(self, block: Block) -> pa.Array:
        words = self.stream.words(block.rows, 2, block.attempt, block.redraw)
        values = np.zeros(len(block.rows), dtype=self.arrow_type.to_pandas_dtype())
        chosen = pick(words[:, 0], self.thresholds) == 0
        values[chosen] = self.distribution.draw(words[chosen, 1])
        return pa.array(values)
