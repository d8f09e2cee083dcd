"""The `poisson` sampler."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.written import Number
from resyn.spec.samplers.poisson import MAX_MEAN, Poisson


class PoissonSamplerParams(SamplerParamsConfig):
    """A count."""

    sampler_type: Literal["poisson"] = "poisson"
    mean: Number = Field(ge=0, le=MAX_MEAN)
    """The mean of the counts."""

    def compile(self) -> Poisson:
        """Return the parameters as the engine reads them."""
        return Poisson(mean=self.mean)
