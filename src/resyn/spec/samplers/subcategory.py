"""The `subcategory` sampler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Subcategory(SamplerParams):
    """Draw one of the values listed under the value of the column `category`."""

    sampler_type: ClassVar[str] = "subcategory"

    category: str
    values: Mapping[str, tuple[str | int | float, ...]]
    """Keys are the parent's values as text."""
    dtype: str = "str"
    """str, int or float: what Arrow makes of the values."""

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the parent column."""
        return (self.category,)
