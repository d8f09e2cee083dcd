"""The `uniform` sampler."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import ValidationInfo, field_validator

from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.samplers.values import DecimalPlaces
from resyn.config.written import Number, refusal
from resyn.spec.samplers.uniform import Uniform


class UniformSamplerParams(SamplerParamsConfig):
    """A number between two, all equally likely."""

    sampler_type: Literal["uniform"] = "uniform"
    low: Number
    """The least value."""
    high: Number
    """The end of the range, not reached itself."""
    decimal_places: DecimalPlaces = None
    """How many places the values are rounded to; as they are where left out."""

    @field_validator("high")
    @classmethod
    def _not_below_low(cls, high: float, info: ValidationInfo) -> float:
        low = info.data.get("low", high)
        if low > high:
            raise refusal(f"must not be less than 'low': {high:g} < {low:g}")
        if not math.isfinite(high - low):
            raise refusal(f"is too far from 'low': {high:g} - {low:g} is more than a number can hold")
        return high

    def compile(self) -> Uniform:
        """Return the parameters as the engine reads them."""
        return Uniform(low=self.low, high=self.high, decimal_places=self.decimal_places)
