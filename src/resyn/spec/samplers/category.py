"""The `category` sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(SamplerParams):
    """Draw one of `values`, a list of str, or of numbers of one kind (`dtype`), with the given weights."""

    sampler_type: ClassVar[str] = "category"

    values: tuple[str | int | float, ...]
    weights: tuple[float, ...] = ()
    """As written, one a value; () is equal weights."""
    dtype: str = "str"
    """str, int or float: what Arrow makes of the values."""
