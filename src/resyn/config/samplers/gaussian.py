"""The `gaussian` sampler."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.samplers.values import DecimalPlaces
from resyn.config.written import Number
from resyn.spec.samplers.gaussian import Gaussian


class GaussianSamplerParams(SamplerParamsConfig):
    """A number from a normal distribution."""

    sampler_type: Literal["gaussian"] = "gaussian"
    mean: Number
    """The middle of the distribution."""
    stddev: Number = Field(ge=0)
    """The standard deviation."""
    decimal_places: DecimalPlaces = None
    """How many places the values are rounded to; as they are where left out."""

    def compile(self) -> Gaussian:
        """Return the parameters as the engine reads them."""
        return Gaussian(mean=self.mean, stddev=self.stddev, decimal_places=self.decimal_places)
