"""What the samplers have that draw from a distribution of `scipy.stats`."""

from __future__ import annotations

from pydantic import Field, ValidationInfo, field_validator

from resyn.columns import distribution
from resyn.config.nearest import did_you_mean
from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.written import Name, Number, refusal


class DistributionParamsConfig(SamplerParamsConfig):
    """Name a distribution: the same rows on one family of CPUs and one version of SciPy."""

    dist_name: Name
    """The distribution, by its name in `scipy.stats`."""
    dist_params: dict[str, Number] = Field(default={}, validate_default=True)
    """Its parameters, by their names in `scipy.stats`."""

    @field_validator("dist_name")
    @classmethod
    def _can_be_drawn(cls, dist_name: str) -> str:
        names = distribution.names()
        if dist_name not in names:
            usable = (name for name, why in names.items() if not why)
            raise refusal(f"is '{dist_name}', which is no distribution of scipy.stats{did_you_mean(dist_name, usable)}")
        if why := names[dist_name]:
            raise refusal(f"is '{dist_name}', which cannot be drawn from: {why}")
        return dist_name

    @field_validator("dist_params")
    @classmethod
    def _fit_the_distribution(cls, dist_params: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        if not (name := info.data.get("dist_name")):
            return dist_params
        needed, others = distribution.parameters(name)
        takes = f"{name} takes {', '.join((*needed, *others))}"
        for key in dist_params:
            if key not in needed + others:
                raise refusal(f"has no meaning for {name}{did_you_mean(key, needed + others)}", key, hint=takes)
        if missing := [key for key in needed if key not in dist_params]:
            raise refusal(f"need '{missing[0]}' for {name}", hint=takes)
        try:
            distribution.distribution(name, dist_params)
        except ValueError as error:
            raise refusal(str(error)) from error
        return dist_params

    @property
    def kind(self) -> str:
        """Return int for a discrete distribution, else float."""
        return "int" if distribution.is_discrete(self.dist_name) else "float"
