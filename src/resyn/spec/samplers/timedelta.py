"""The `timedelta` sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams

SECONDS = {"D": 86_400, "h": 3_600, "m": 60, "s": 1}
"""How long each unit is."""
MAX_UNITS = 2**36
"""The largest `dt_max`: what one random word can choose from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timedelta(SamplerParams):
    """Draw a moment that is from `dt_min` to before `dt_max` whole units (D h m s) later than that of a reference column."""

    sampler_type: ClassVar[str] = "timedelta"

    dt_min: int
    dt_max: int
    reference_column_name: str
    unit: str = "D"

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the reference column."""
        return (self.reference_column_name,)
