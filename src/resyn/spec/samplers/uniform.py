"""The `uniform` sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform(SamplerParams):
    """Draw uniformly from [low, high)."""

    sampler_type: ClassVar[str] = "uniform"

    low: float
    high: float
    decimal_places: int | None = None
