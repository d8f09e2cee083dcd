"""The `bernoulli` sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Bernoulli(SamplerParams):
    """Draw 1 with probability `p`, else 0."""

    sampler_type: ClassVar[str] = "bernoulli"

    p: float
