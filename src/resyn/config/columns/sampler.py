"""The `sampler` column: values drawn from a distribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import ValidationInfo, field_validator, model_validator

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.families import Family
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Incomplete, Problem
from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.written import Name, refusal
from resyn.spec import Column
from resyn.spec.columns.sampler import ConditionalParams, Sampler
from resyn.templates import TemplateError, references
from resyn.templates.expressions import expression

SAMPLERS = Family("resyn.config.samplers", SamplerParamsConfig, "sampler_type")

if TYPE_CHECKING:
    AnySamplerParams = SamplerParamsConfig
else:
    AnySamplerParams = SAMPLERS.union


class SamplerColumnConfig(SingleColumnConfig):
    """Values drawn from a distribution."""

    can_skip: ClassVar[bool] = False

    column_type: Literal["sampler"] = "sampler"
    sampler_type: str
    """The distribution."""
    params: AnySamplerParams
    """The parameters of the distribution."""
    conditional_params: dict[Name, AnySamplerParams] | None = None
    """Other parameters for rows where a condition on sampler columns holds, such as "age > 21"; the first that does counts."""
    convert_to: str | None = None
    """int, float or str for numbers and categories; a format such as %Y-%m-%d for a datetime or timedelta."""

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
        typed = {**data, "sampler_type": name, "params": _of_type(name, params, "params")}
        if isinstance(conditional := data.get("conditional_params"), Mapping):
            typed["conditional_params"] = {key: _of_type(name, value, "conditional_params", key) for key, value in conditional.items()}
        return typed

    @field_validator("convert_to")
    @classmethod
    def _values_can_be_converted(cls, convert_to: str | None, info: ValidationInfo) -> str | None:
        every = (info.data.get("params"), *(info.data.get("conditional_params") or {}).values())
        for params in every:
            if convert_to and params and (why := params.cannot_become(convert_to)):
                raise refusal(why)
        return convert_to

    def completed(self, root: Path) -> Self:
        """Return the column with what files that it draws from say of it."""
        try:
            params = _completed(self.params, root, "params")
            conditional = self.conditional_params and {
                condition: _completed(params, root, "conditional_params", condition)
                for condition, params in self.conditional_params.items()
            }
        except Incomplete as error:
            raise Incomplete(replace(error.problem, message=f"column '{self.name}': {error.problem.message}")) from error
        return self.model_copy(update={"params": params, "conditional_params": conditional})

    def problems(self, columns: Mapping[str, Column]) -> Iterator[Problem]:
        """Yield what is wrong between the distribution, its conditions and other columns."""
        for problem in self.params.problems(self.name, columns):
            yield replace(problem, loc=("params", *problem.loc))
        for condition, params in (self.conditional_params or {}).items():
            loc = ("conditional_params", condition)
            for message, hint in self._wrong_with(condition, params, columns):
                yield Problem(loc=loc, message=f"column '{self.name}': the condition '{condition}' {message}", hint=hint)
            for problem in params.problems(self.name, columns):
                yield replace(problem, loc=(*loc, *problem.loc))

    def _wrong_with(self, condition: str, params: SamplerParamsConfig, columns: Mapping[str, Column]) -> Iterator[tuple[str, str]]:
        """Yield sentences without their subject, and what to do."""
        try:
            expression(condition)
        except TemplateError as error:
            yield f"is no Jinja expression: {error}", "write it without {{ }}, such as \"age > 21 and tier == 'gold'\""
            return
        names = references(f"{{{{ {condition} }}}}")
        samplers = [name for name, column in columns.items() if isinstance(column, Sampler) and name != self.name]
        for name in sorted(names - set(samplers)):
            why = _not_a_sampler(name, self.name, columns)
            yield f"names '{name}', {why}{did_you_mean(name, samplers)}", "a condition can name other sampler columns"
        if not names:
            yield "names no column, so it is the same for every row", "write the parameters it is to choose as 'params'"
        if params.kind != self.params.kind and not self.convert_to:
            yield f"gives {params.kind} and 'params' give {self.params.kind}", "add 'convert_to', so that all rows are of one type"

    def compile(self) -> Sampler:
        """Return the column as the engine reads it."""
        conditional = (self.conditional_params or {}).items()
        return Sampler(
            name=self.name,
            rng_name=self.rng_name,
            params=self.params.compile(),
            conditional_params=tuple(ConditionalParams(condition=condition, params=params.compile()) for condition, params in conditional),
            convert_to=self.convert_to or "",
        )


def _not_a_sampler(name: str, column: str, columns: Mapping[str, Column]) -> str:
    if name == column:
        return "which is the column itself"
    return "which is not a sampler" if name in columns else "and there is no such column"


def _completed(params: SamplerParamsConfig, root: Path, *at: str) -> SamplerParamsConfig:
    try:
        return params.completed(root)
    except Incomplete as error:
        raise Incomplete(replace(error.problem, loc=(*at, *error.problem.loc))) from error


def _of_type(name: str, params: Any, *at: str) -> Any:
    """Return parameters that say what they are parameters of."""
    if not isinstance(params, Mapping):
        return params
    if (inside := params.get("sampler_type")) not in (None, name):
        raise refusal(f"is '{inside}', but the column's 'sampler_type' is '{name}'", *at, "sampler_type")
    return {**params, "sampler_type": name}
