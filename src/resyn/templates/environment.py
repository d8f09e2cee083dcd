"""The one Jinja environment: sandboxed, strict, the same on every machine and day."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from jinja2 import StrictUndefined, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

_UNREPEATABLE_FILTERS = ("random",)
"""Python's own random numbers: another value each time."""
_UNREPEATABLE_GLOBALS = ("lipsum",)

FAILURES = (TemplateError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError)
"""What evaluating a template on values that do not fit it can raise."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Refuse attributes of Python's objects: a template reads columns and their fields."""

    intercepted_binops = frozenset({"**", "*"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Prefer a field to a method: `record.items` is the field `items` where the record has one."""
        return obj[attribute] if isinstance(obj, dict) and attribute in obj else super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not attr.startswith("_") and super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" and (abs(left) > 10**6 or abs(right) > 64):
            raise OverflowError("power too large")
        if operator == "*" and any(hasattr(side, "__len__") for side in (left, right)):
            raise OverflowError("text and lists cannot be multiplied")
        return super().call_binop(context, operator, left, right)


@functools.cache
def environment() -> _Sandbox:
    """Return the environment every template is compiled in: no autoescape, undefined names are errors, no loader."""
    jinja = _Sandbox(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False, finalize=_finalize)
    for name in _UNREPEATABLE_FILTERS:
        del jinja.filters[name]
    for name in _UNREPEATABLE_GLOBALS:
        del jinja.globals[name]
    del jinja.globals["range"]  # an unbounded loop is no part of a prompt
    return jinja


def _finalize(value: Any) -> Any:
    """Write sets in order, since their own changes with PYTHONHASHSEED, and refuse functions, whose text is an address."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    if callable(value) and not isinstance(value, Undefined):
        raise TypeError("a function has no text: call it, or name another field")
    return value


def compiled(source: str) -> Callable[..., str]:
    """Return the function that renders a Jinja text from a mapping of columns."""
    return environment().from_string(source).render
