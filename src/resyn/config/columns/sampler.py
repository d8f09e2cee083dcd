"""The `sampler` column: values drawn from a distribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.families import Family
from resyn.config.problem import Problem
from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.written import NotYet, refusal
from resyn.spec import Column
from resyn.spec.columns.sampler import Sampler

SAMPLERS = Family(
    "resyn.config.samplers",
    SamplerParamsConfig,
    "sampler_type",
    not_yet=("bernoulli_mixture", "binomial", "person", "scipy", "timedelta"),
)

if TYPE_CHECKING:
    AnySamplerParams = SamplerParamsConfig
else:
    AnySamplerParams = SAMPLERS.union


class SamplerColumnConfig(SingleColumnConfig):
    """Values drawn from a distribution."""

    column_type: Literal["sampler"]
    sampler_type: str
    """The distribution."""
    params: AnySamplerParams
    """The parameters of the distribution."""
    conditional_params: NotYet = None
    """Data Designer's parameters that depend on other columns; not supported yet."""
    convert_to: str | None = None
    """int, float or str for numbers and categories; a format such as %Y-%m-%d for a datetime."""

    @model_validator(mode="before")
    @classmethod
    def _params_are_of_the_sampler_type(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        params = data.get("params") or {}
        inside = params.get("sampler_type") if isinstance(params, Mapping) else None
        name = data.get("sampler_type", inside)
        if name is None:
            return data
        SAMPLERS.refuse_unknown(name)
        if inside not in (None, name):
            raise refusal(f"is '{inside}', but the column's 'sampler_type' is '{name}'", "params", "sampler_type")
        return {**data, "sampler_type": name, "params": {**params, "sampler_type": name} if isinstance(params, Mapping) else params}

    @field_validator("convert_to")
    @classmethod
    def _values_can_be_converted(cls, convert_to: str | None, info: ValidationInfo) -> str | None:
        params = info.data.get("params")
        if convert_to and params and (why := params.cannot_become(convert_to)):
            raise refusal(why)
        return convert_to

    def problems(self, columns: Mapping[str, Column]) -> Iterator[Problem]:
        """Yield what is wrong between the distribution and other columns."""
        for problem in self.params.problems(self.name, columns):
            yield replace(problem, loc=("params", *problem.loc))

    def compile(self) -> Sampler:
        """Return the column as the engine reads it."""
        return Sampler(
            name=self.name,
            rng_name=self.rng_name,
            params=self.params.compile(),
            convert_to=self.convert_to or "",
        )
