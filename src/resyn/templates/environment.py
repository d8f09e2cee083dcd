"""The one Jinja environment: sandboxed, strict, the same on every machine and day."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from resyn.templates import bounds
from resyn.templates.filters import filters

_REFUSED_GLOBALS = ("lipsum", "range", "cycler", "joiner")
"""Random words, loops without end, and objects whose text is an address in memory."""

FAILURES = (TemplateError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError)
"""What evaluating a template on values that do not fit it can raise."""
_NO_TEXT = "a function has no text: call it, or name another field"


class _Sandbox(ImmutableSandboxedEnvironment):
    """Refuse attributes of Python's objects: a template reads columns and their fields."""

    intercepted_binops = frozenset({"**", "*", "%", "+"})
    concat = staticmethod(bounds.concat)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Prefer a field to a method: `record.items` is the field `items` where the record has one."""
        return obj[attribute] if isinstance(obj, dict) and attribute in obj else _callable(obj, super().getattr(obj, attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return a field, or what `getattr` returns for its name."""
        return _callable(obj, super().getitem(obj, argument))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not attr.startswith("_") and super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        match operator:
            case "**":
                bounds.require_power(left, right)
            case "*":
                bounds.require_factors(left, right)
            case "+":
                bounds.require_sum(left, right)
            case "%" if isinstance(left, str):
                bounds.require_format(left, right if isinstance(right, tuple) else (right,))
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Concatenations().visit(super()._parse(source, name, filename))
        return tree


class _Concatenations(NodeTransformer):
    """Write `a ~ b` as `[a, b] | join`, which has bounds."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's name
        parts = nodes.List([self.visit(part) for part in node.nodes], lineno=node.lineno)
        return nodes.Filter(parts, "join", [], [], None, None, lineno=node.lineno, environment=node.environment)


@functools.cache
def environment() -> _Sandbox:
    """Return the environment every template is compiled in: no autoescape, undefined names are errors, no loader."""
    jinja = _Sandbox(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False, finalize=_finalize)
    for name in _REFUSED_GLOBALS:
        del jinja.globals[name]
    jinja.filters = filters()
    return jinja


class _Method:
    """Hold a method that a template may call, not print: its text is an address in memory."""

    def __init__(self, owner: Any, method: Callable[..., Any]) -> None:
        self._owner, self._method = owner, method

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        bounds.require_narrow(*args, *kwargs.values())
        if isinstance(self._owner, str):
            return bounds.call_text_method(self._owner, self._method, *args, **kwargs)
        return self._method(*args, **kwargs)

    def __str__(self) -> str:
        raise TypeError(_NO_TEXT)

    __repr__ = __str__


def _callable(owner: Any, value: Any) -> Any:
    return _Method(owner, value) if callable(value) and not isinstance(value, Undefined) else value


def _finalize(value: Any) -> Any:
    """Write sets in order, since their own changes with PYTHONHASHSEED, and refuse functions, whose text is an address."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    if callable(value) and not isinstance(value, Undefined):
        raise TypeError(_NO_TEXT)
    return value


def compiled(source: str | nodes.Template, jinja: Environment | None = None) -> Callable[..., str]:
    """Return the function that renders a Jinja text from a mapping of columns."""
    template = (jinja or environment()).from_string(source)
    template.globals = dict(template.globals)  # Jinja's chain of two mappings takes 5 µs to copy, once a render
    return template.render
