"""The `poisson` sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams

MAX_MEAN = 100_000.0
"""The largest mean: its table takes 0.1 s to build, and the time grows with the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson(SamplerParams):
    """Draw a count with the given mean, at most `MAX_MEAN`."""

    sampler_type: ClassVar[str] = "poisson"

    mean: float
