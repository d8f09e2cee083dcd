"""The `datetime` sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Datetime(SamplerParams):
    """Draw a moment in [start, end), both ISO-8601, at the resolution of `unit`: one of Y M D h m s."""

    sampler_type: ClassVar[str] = "datetime"

    start: str
    end: str
    unit: str = "D"
