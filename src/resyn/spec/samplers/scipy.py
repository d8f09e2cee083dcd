"""The `scipy` sampler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Scipy(SamplerParams):
    """Draw from a distribution of `scipy.stats`."""

    sampler_type: ClassVar[str] = "scipy"

    dist_name: str
    dist_params: Mapping[str, float] = field(default_factory=dict)
    decimal_places: int | None = None
