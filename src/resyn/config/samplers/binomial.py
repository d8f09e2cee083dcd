"""The `binomial` sampler."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.written import Number, Whole, refusal
from resyn.spec.samplers.binomial import MAX_MEAN, Binomial


class BinomialSamplerParams(SamplerParamsConfig):
    """How many of a number of trials succeed."""

    sampler_type: Literal["binomial"] = "binomial"
    n: Whole = Field(ge=0)
    """The number of trials."""
    p: Number = Field(ge=0, le=1)
    """The probability that a trial succeeds."""

    @field_validator("p")
    @classmethod
    def _not_too_many(cls, p: float, info: ValidationInfo) -> float:
        if (mean := info.data.get("n", 0) * min(p, 1 - p)) > MAX_MEAN:
            raise refusal(f"and 'n' are too large: the rarer outcome would come {mean:,.0f} times, more than {MAX_MEAN:,.0f}")
        return p

    def compile(self) -> Binomial:
        """Return the parameters as the engine reads them."""
        return Binomial(n=self.n, p=self.p)
