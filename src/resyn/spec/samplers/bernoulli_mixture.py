"""The `bernoulli_mixture` sampler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class BernoulliMixture(SamplerParams):
    """Draw from a distribution of `scipy.stats` with probability `p`, else 0."""

    sampler_type: ClassVar[str] = "bernoulli_mixture"

    p: float
    dist_name: str
    dist_params: Mapping[str, float] = field(default_factory=dict)
