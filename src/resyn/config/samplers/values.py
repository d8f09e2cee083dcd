"""The values that samplers draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from resyn.config.written import Whole, refusal

DecimalPlaces = Annotated[Whole, Field(ge=0, le=15)] | None
"""How many places behind the point a number keeps; a double holds 15 digits."""
Plain = str | int | float


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        raise refusal(f"must be text or a number, not {str(value).lower()}", hint="put it in quotes if it is text")
    if not isinstance(value, Plain):
        raise refusal("must be text or a number")
    return value


Values = Annotated[list[Annotated[Plain, BeforeValidator(_plain)]], Field(min_length=1)]
"""Texts and numbers, at least one."""


def dtype(values: Sequence[Plain]) -> str:
    """Return what Arrow makes of the values: int or float where all are numbers, else str."""
    if any(isinstance(value, str) for value in values):
        return "str"
    return "float" if any(isinstance(value, float) for value in values) else "int"


def typed(values: Sequence[Plain], kind: str) -> tuple[Plain, ...]:
    """Return the values as one kind: `dtype`'s name of it."""
    cast: type[Plain] = {"str": str, "int": int, "float": float}[kind]
    return tuple(cast(value) for value in values)


def not_convertible(values: Sequence[Plain], convert_to: str) -> str | None:
    """Return why a value cannot become an int or a float, a sentence without its subject, or None."""
    for value in values if convert_to != "str" else ():
        if not _is_number(value):
            return f"is '{convert_to}', but the value '{value}' is no number"
    return None


def _is_number(value: Plain) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False
