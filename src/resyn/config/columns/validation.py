"""The `validation` column: a verdict on other columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.families import Family
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Incomplete, Problem
from resyn.config.validators.params import ValidatorParamsConfig
from resyn.config.written import Name, Whole, refusal
from resyn.spec import Column, Limits, Provider
from resyn.spec.columns.validation import Validation
from resyn.spec.validators.remote import Remote

VALIDATORS = Family("resyn.config.validators", ValidatorParamsConfig, "validator_type")

if TYPE_CHECKING:
    AnyValidatorParams = ValidatorParamsConfig
else:
    AnyValidatorParams = VALIDATORS.union


class ValidationColumnConfig(SingleColumnConfig):
    """A verdict on other columns of the same row."""

    column_type: Literal["validation"] = "validation"
    target_columns: Annotated[list[Name], Field(min_length=1)]
    """The columns that are judged; each one by itself where the validator reads code or JSON."""
    validator_type: str
    """Who judges."""
    validator_params: AnyValidatorParams
    """The parameters of the validator."""
    batch_size: Whole = Field(default=10, ge=1)
    """How many rows a remote validator is sent at once; it changes no verdict."""

    @model_validator(mode="before")
    @classmethod
    def _params_are_of_the_validator_type(cls, data: Any) -> Any:
        params = (data.get("validator_params") or {}) if isinstance(data, Mapping) else None
        if not isinstance(params, Mapping):
            return data
        name, inside = data.get("validator_type", params.get("validator_type")), params.get("validator_type")
        if name is None:
            return data
        VALIDATORS.refuse_unknown(name)
        if inside not in (None, name):
            raise refusal(f"is '{inside}', but the column's 'validator_type' is '{name}'", "validator_params", "validator_type")
        return {**data, "validator_type": name, "validator_params": {**params, "validator_type": name}}

    def completed(self, root: Path) -> Self:
        """Return the column as it is, since its validator can be used.

        Raises:
            Incomplete: a package is not installed, or a function cannot be loaded.
        """
        for problem in self.validator_params.problems_of(root):
            message = f"column '{self.name}': {problem.message}"
            raise Incomplete(replace(problem, loc=("validator_params", *problem.loc), message=message))
        return self

    def problems(self, columns: Mapping[str, Column]) -> Iterator[Problem]:
        """Yield the targets that do not exist."""
        made = [output for column in columns.values() for output in column.outputs]
        for index, target in enumerate(self.target_columns):
            if target not in made or target == self.name:
                why = "is the column itself" if target == self.name else f"does not exist{did_you_mean(target, made)}"
                yield Problem(loc=("target_columns", index), message=f"column '{self.name}': the target '{target}' {why}")
        if repeated := [name for name in self.target_columns if self.target_columns.count(name) > 1]:
            yield Problem(loc=("target_columns",), message=f"column '{self.name}': '{repeated[0]}' is a target twice")

    @property
    def services(self) -> tuple[dict[str, Provider], dict[str, Limits]]:
        """Return where the validator is asked, and the bounds of its calls."""
        spec = self.validator_params.compile()
        provider, limits = self.validator_params.provider(self.batch_size), self.validator_params.limits(self.batch_size)
        name = spec.name if isinstance(spec, Remote) else ""
        return ({name: provider} if provider else {}), ({f"column {self.name}": limits} if limits else {})

    def compile(self) -> Validation:
        """Return the column as the engine reads it."""
        return Validation(
            name=self.name,
            rng_name=self.rng_name,
            target_columns=tuple(self.target_columns),
            validator_params=self.validator_params.compile(),
        )
