"""The `binomial` sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams

MAX_MEAN = 100_000.0
"""The largest mean of the rarer outcome: its table takes 0.1 s to build, and the time grows with the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binomial(SamplerParams):
    """Draw how many of `n` trials succeed, each with probability `p`; n · min(p, 1 - p) is at most `MAX_MEAN`."""

    sampler_type: ClassVar[str] = "binomial"

    n: int
    p: float
