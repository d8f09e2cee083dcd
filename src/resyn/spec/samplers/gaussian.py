"""The `gaussian` sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaussian(SamplerParams):
    """Draw from a normal distribution."""

    sampler_type: ClassVar[str] = "gaussian"

    mean: float
    stddev: float
    decimal_places: int | None = None
