"""The one Jinja environment: sandboxed, strict, the same on every machine and day."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import StrictUndefined, TemplateError, Undefined
from jinja2.filters import do_format
from jinja2.sandbox import ImmutableSandboxedEnvironment

_REFUSED_FILTERS = ("random", "attr")
"""`random` gives another value each time; `attr` reaches methods as values."""
_REFUSED_GLOBALS = ("lipsum", "range", "cycler", "joiner")
"""Random words, loops without end, and objects whose text is an address in memory."""
_LAZY_FILTERS = ("batch", "items", "map", "reject", "rejectattr", "reverse", "select", "selectattr", "slice", "unique")
"""Jinja's give generators, whose text is an address in memory; here they give lists."""
_WIDEST = 10_000
"""The largest number a method or a format may be given: `'%1000000000d' % 3` is a gigabyte of text."""
_WIDE = re.compile(r"\d{5,}|\*")

FAILURES = (TemplateError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError)
"""What evaluating a template on values that do not fit it can raise."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Refuse attributes of Python's objects: a template reads columns and their fields."""

    intercepted_binops = frozenset({"**", "*", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Prefer a field to a method: `record.items` is the field `items` where the record has one."""
        return obj[attribute] if isinstance(obj, dict) and attribute in obj else _bounded(obj, super().getattr(obj, attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return a field, or what `getattr` returns for its name."""
        return _bounded(obj, super().getitem(obj, argument))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not attr.startswith("_") and super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" and (abs(left) > 10**6 or abs(right) > 64):
            raise OverflowError("power too large")
        if operator == "*" and any(hasattr(side, "__len__") for side in (left, right)):
            raise OverflowError("text and lists cannot be multiplied")
        if operator == "%" and isinstance(left, str):
            _refuse_wide(left)
        return super().call_binop(context, operator, left, right)


@functools.cache
def environment() -> _Sandbox:
    """Return the environment every template is compiled in: no autoescape, undefined names are errors, no loader."""
    jinja = _Sandbox(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False, finalize=_finalize)
    for name in _REFUSED_FILTERS:
        del jinja.filters[name]
    for name in _REFUSED_GLOBALS:
        del jinja.globals[name]
    jinja.filters |= {name: _eager(jinja.filters[name]) for name in _LAZY_FILTERS}
    jinja.filters["format"] = _format
    return jinja


class _Method:
    """Hold a method that a template may call, not print: its text is an address in memory."""

    def __init__(self, owner: Any, method: Callable[..., Any]) -> None:
        self._owner, self._method = owner, method

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if isinstance(self._owner, str):
            _refuse_wide(self._owner if getattr(self._method, "__name__", "").startswith("format") else "")
        if any(isinstance(value, int) and abs(value) > _WIDEST for value in (*args, *kwargs.values())):
            raise OverflowError(f"a number beyond {_WIDEST:,} in a method's arguments")
        return self._method(*args, **kwargs)

    def __str__(self) -> str:
        raise TypeError(_NO_TEXT)

    __repr__ = __str__


_NO_TEXT = "a function has no text: call it, or name another field"


def _bounded(owner: Any, value: Any) -> Any:
    return _Method(owner, value) if callable(value) and not isinstance(value, Undefined) else value


def _refuse_wide(text: str) -> None:
    if ("%" in text or "{" in text) and _WIDE.search(text):
        raise OverflowError(f"a width beyond {_WIDEST:,} in a format")


def _eager(lazy: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(lazy)
    def eager(*args: Any, **kwargs: Any) -> Any:
        result = lazy(*args, **kwargs)
        return list(result) if isinstance(result, Iterator) else result

    return eager


def _format(text: str, *args: Any, **kwargs: Any) -> str:
    """Format as `%` does, within bounds."""
    _refuse_wide(text)
    return do_format(text, *args, **kwargs)


def _finalize(value: Any) -> Any:
    """Write sets in order, since their own changes with PYTHONHASHSEED, and refuse functions, whose text is an address."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    if callable(value) and not isinstance(value, Undefined):
        raise TypeError(_NO_TEXT)
    return value


def compiled(source: str) -> Callable[..., str]:
    """Return the function that renders a Jinja text from a mapping of columns."""
    return environment().from_string(source).render
