"""The `bernoulli` sampler."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.written import Number
from resyn.spec.samplers.bernoulli import Bernoulli


class BernoulliSamplerParams(SamplerParamsConfig):
    """1 or 0."""

    sampler_type: Literal["bernoulli"] = "bernoulli"
    p: Number = Field(ge=0, le=1)
    """The probability of 1."""

    def compile(self) -> Bernoulli:
        """Return the parameters as the engine reads them."""
        return Bernoulli(p=self.p)
