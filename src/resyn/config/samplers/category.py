"""The `category` sampler."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import ValidationInfo, field_validator

from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.samplers.values import Values, dtype, not_convertible, typed
from resyn.config.written import Number, refusal
from resyn.spec.samplers.category import Category


class CategorySamplerParams(SamplerParamsConfig):
    """One of a list of values."""

    sampler_type: Literal["category"] = "category"
    values: Values
    """Texts or numbers."""
    weights: list[Number] | None = None
    """How often each value comes, relative to the others; equal where left out."""

    @field_validator("weights")
    @classmethod
    def _one_weight_a_value(cls, weights: list[float] | None, info: ValidationInfo) -> list[float] | None:
        values = info.data.get("values")
        if not weights or values is None:
            return weights
        if len(weights) != len(values):
            raise refusal(f"must be one a value: there are {len(weights)} weights and {len(values)} values")
        if min(weights) < 0:
            raise refusal(f"must not be negative: {min(weights)}", weights.index(min(weights)))
        if not 0 < sum(weights) < math.inf:
            raise refusal("must add up to more than 0" if sum(weights) == 0 else "add up to more than a number can hold")
        return weights

    def cannot_become(self, convert_to: str) -> str | None:
        """Return why not, for the first value that is no number."""
        return super().cannot_become(convert_to) or not_convertible(self.values, convert_to)

    @property
    def kind(self) -> str:
        """Return what Arrow makes of the values."""
        return dtype(self.values)

    def compile(self) -> Category:
        """Return the parameters as the engine reads them."""
        return Category(values=typed(self.values, self.kind), weights=tuple(self.weights or ()), dtype=self.kind)
