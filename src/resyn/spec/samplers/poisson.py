"""The `poisson` sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson(SamplerParams):
    """Draw a count with the given mean."""

    sampler_type: ClassVar[str] = "poisson"

    mean: float
