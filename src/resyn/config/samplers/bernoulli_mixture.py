"""The `bernoulli_mixture` sampler."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from resyn.config.samplers.distribution import DistributionParamsConfig
from resyn.config.written import Number
from resyn.spec.samplers.bernoulli_mixture import BernoulliMixture


class BernoulliMixtureSamplerParams(DistributionParamsConfig):
    """0, or a number from a distribution of scipy.stats; the same on one family of CPUs and one version of SciPy."""

    sampler_type: Literal["bernoulli_mixture"] = "bernoulli_mixture"
    p: Number = Field(ge=0, le=1)
    """The probability of a number from the distribution."""

    def compile(self) -> BernoulliMixture:
        """Return the parameters as the engine reads them."""
        return BernoulliMixture(p=self.p, dist_name=self.dist_name, dist_params=self.dist_params)
