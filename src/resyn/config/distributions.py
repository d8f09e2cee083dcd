"""What a sampling parameter may be drawn from, anew for each request."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from resyn.config.written import Number, Written, refusal
from resyn.spec import Distribution as DistributionSpec


class Distribution(Written, ABC):
    """Hold what both distributions can do."""

    @property
    @abstractmethod
    def ends(self) -> tuple[float, ...]:
        """Return the numbers between which all lie that can come up."""

    @abstractmethod
    def compile(self) -> DistributionSpec:
        """Return the distribution as the engine reads it."""


class UniformDistributionParams(Written):
    """The bounds of a uniform distribution."""

    low: Number
    """The least number."""
    high: Number
    """The number that all are less than."""

    @model_validator(mode="after")
    def _low_is_lower(self) -> UniformDistributionParams:
        if self.low >= self.high:
            raise refusal("'low' must be less than 'high'")
        return self


class UniformDistribution(Distribution):
    """Any number between two."""

    distribution_type: Literal["uniform"] = "uniform"
    params: UniformDistributionParams
    """The bounds."""

    @property
    def ends(self) -> tuple[float, ...]:
        """Return the numbers between which all lie that can come up."""
        return (self.params.low, self.params.high)

    def compile(self) -> DistributionSpec:
        """Return the distribution as the engine reads it."""
        return DistributionSpec(low=self.params.low, high=self.params.high)


class ManualDistributionParams(Written):
    """The numbers of a distribution, and how often each comes up."""

    values: Annotated[list[Number], Field(min_length=1)]
    """The numbers."""
    weights: list[Annotated[Number, Field(ge=0)]] | None = None
    """How often each comes up beside the others; all the same where left out."""

    @model_validator(mode="after")
    def _weights_fit(self) -> ManualDistributionParams:
        if self.weights is not None and (len(self.weights) != len(self.values) or not sum(self.weights)):
            raise refusal("'weights' must be as many as 'values', and not all 0")
        return self


class ManualDistribution(Distribution):
    """One of several numbers."""

    distribution_type: Literal["manual"] = "manual"
    params: ManualDistributionParams
    """The numbers."""

    @property
    def ends(self) -> tuple[float, ...]:
        """Return the numbers between which all lie that can come up."""
        return tuple(self.params.values)

    def compile(self) -> DistributionSpec:
        """Return the distribution as the engine reads it."""
        return DistributionSpec(values=tuple(self.params.values), weights=tuple(self.params.weights or ()))


def _with_type(value: Any) -> Any:
    """Return a distribution that says its type, which Data Designer may leave to its parameters."""
    if not isinstance(value, Mapping):
        return value
    params = value.get("params")
    kind = value.get("distribution_type") or ("manual" if isinstance(params, Mapping) and "values" in params else "uniform")
    if kind not in ("uniform", "manual"):
        raise refusal(f"must be uniform or manual, not '{kind}'", "distribution_type")
    return {**value, "distribution_type": kind}


def _kind(value: Any) -> str:
    return str(value["distribution_type"] if isinstance(value, Mapping) else getattr(value, "distribution_type", "number"))


NumberOrDistribution = Annotated[
    Annotated[Number, Tag("number")] | Annotated[UniformDistribution, Tag("uniform")] | Annotated[ManualDistribution, Tag("manual")],
    Discriminator(_kind),
    BeforeValidator(_with_type),
]
