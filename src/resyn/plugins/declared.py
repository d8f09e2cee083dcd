"""What a plugin's function says of itself: a decorator with Data Designer's name, its parameters, their annotations."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_DECLARED = "custom_column_metadata"
"""Data Designer's attribute, so that its decorator does, too."""
ROWS = ("row", "df", "table", "rows", "block")
GIVEN = ("generator_params", "models", "rng", "seed", "seeds")
"""What a function may ask for by name, beside the row or block."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Hold what is known of a function without calling it."""

    required_columns: tuple[str, ...] = ()
    side_effect_columns: Mapping[str, str] = field(default_factory=dict)
    """Name → dtype."""
    model_aliases: tuple[str, ...] = ()
    dtype: str = ""
    first: str = "row"
    """The name of the parameter that takes the row or the block."""
    annotation: Any = inspect.Parameter.empty
    asks_for: tuple[str, ...] = ()
    """Which of `GIVEN` it takes."""
    params_class: Any = None
    """The annotation of `generator_params`, where it is a class that checks."""
    returns: Any = None


def custom_column_generator(
    required_columns: Sequence[str] | None = None,
    side_effect_columns: Sequence[str] | Mapping[str, str] | None = None,
    model_aliases: Sequence[str] | None = None,
    *,
    dtype: str = "",
) -> Callable[[F], F]:
    """Declare what a function of a plugin reads and makes.

    Args:
        required_columns: the columns it is given; it waits for them.
        side_effect_columns: columns it makes beside its own: names, which are `str`, or name → dtype.
        model_aliases: the models it may ask.
        dtype: what it makes: str, int, float, bool, list[…] or {name: …}; its annotation says so, too.
    """

    def decorate(function: F) -> F:
        declared = {
            "required_columns": list(required_columns or ()),
            "side_effect_columns": side_effect_columns or [],
            "model_aliases": list(model_aliases or ()),
            "dtype": dtype,
        }
        setattr(function, _DECLARED, declared)
        return function

    return decorate


def declared(function: Callable[..., Any]) -> Declared:
    """Return what a function says of itself.

    Raises:
        ValueError: it takes something that nothing is given for.
    """
    said: Mapping[str, Any] = getattr(function, _DECLARED, {})
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].name not in ROWS:
        raise ValueError(f"its first parameter must be `row`, or one of {', '.join(f'`{name}`' for name in ROWS[1:])} for a block of rows")
    if unknown := [item.name for item in parameters[1:] if item.name not in GIVEN and item.default is item.empty]:
        raise ValueError(f"it takes `{unknown[0]}`, and what it may take is {', '.join(f'`{name}`' for name in GIVEN)}")
    hints = _hints(function)
    effects = said.get("side_effect_columns") or {}
    return Declared(
        required_columns=tuple(said.get("required_columns") or ()),
        side_effect_columns=dict(effects) if isinstance(effects, Mapping) else dict.fromkeys(effects, "str"),
        model_aliases=tuple(said.get("model_aliases") or ()),
        dtype=said.get("dtype") or "",
        first=parameters[0].name,
        annotation=parameters[0].annotation,
        asks_for=tuple(item.name for item in parameters[1:] if item.name in GIVEN),
        params_class=hints.get("generator_params"),
        returns=hints.get("return"),
    )


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the annotations, as far as they can be found: those of types that only a type checker imports cannot."""
    try:
        return typing.get_type_hints(inspect.unwrap(function))
    except (NameError, TypeError, AttributeError):
        return {}
