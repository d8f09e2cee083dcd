"""The `scipy` sampler."""

from __future__ import annotations

from typing import Literal

from resyn.config.samplers.distribution import DistributionParamsConfig
from resyn.config.samplers.values import DecimalPlaces
from resyn.spec.samplers.scipy import Scipy


class ScipySamplerParams(DistributionParamsConfig):
    """A number from any distribution of scipy.stats, of 12 digits; the same on one family of CPUs and one version of SciPy."""

    sampler_type: Literal["scipy"] = "scipy"
    decimal_places: DecimalPlaces = None
    """How many places the values are rounded to; 12 digits where left out."""

    def compile(self) -> Scipy:
        """Return the parameters as the engine reads them."""
        return Scipy(dist_name=self.dist_name, dist_params=self.dist_params, decimal_places=self.decimal_places)
