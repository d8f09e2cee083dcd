"""The filters of templates: Jinja's, within bounds and the same in every process, and a few of ours."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from jinja2 import TemplateRuntimeError, pass_context
from jinja2.filters import FILTERS, do_format, do_join, do_replace, do_wordwrap
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.utils import pass_eval_context

from resyn.templates.bounds import MAX_CHARACTERS, TooLarge, listed, require_format, require_narrow, require_product, within
from resyn.templates.jsonpath import jsonpath

REFUSED = ("attr",)
"""`attr` reaches methods as values."""
DRAW = " draw"
"""Where a rendering finds its random numbers: with a space, so that no template can name it."""
_WITH_SIZES = ("batch", "center", "indent", "round", "slice", "tojson")
"""Their numbers say how much to make."""

Draw = Callable[[int], int]
"""Size → an index below it; another one at each call."""


def filters() -> dict[str, Callable[..., Any]]:
    """Return the filters by name."""
    ours = {"format": _format, "indent": _indent, "join": _join, "jsonpath": jsonpath, "random": _random, "replace": _replace}
    known = {name: function for name, function in FILTERS.items() if name not in REFUSED}
    return {name: _within_bounds(name, function) for name, function in (known | ours | {"wordwrap": _wordwrap}).items()}


def _within_bounds(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the filter with its result bounded, and as a list where Jinja gives a generator, whose text is an address in memory."""

    @functools.wraps(function)
    def bounded(*args: Any, **kwargs: Any) -> Any:
        if name in _WITH_SIZES:
            require_narrow(*args[1:], *kwargs.values())
        result = function(*args, **kwargs)
        return listed(result) if isinstance(result, Iterator) else within(result)

    return bounded


def _format(text: str, *args: Any, **kwargs: Any) -> str:
    """Format as `%` does."""
    require_format(str(text), (*args, *kwargs.values()))
    return do_format(text, *args, **kwargs)


@pass_eval_context
def _replace(context: EvalContext, text: str, old: str, new: str, count: int | None = None) -> str:
    """Replace one text by another."""
    require_product(str(text).count(str(old)), len(str(new)))
    return do_replace(context, text, old, new, count)


@pass_eval_context
def _join(context: EvalContext, value: Any, d: str = "", attribute: str | int | None = None) -> str:
    """Write items one after the other."""
    items = list(value)
    require_product(len(items), len(str(d)))
    if sum(len(item) for item in items if isinstance(item, str)) > MAX_CHARACTERS:
        raise TooLarge(f"the text has more than {MAX_CHARACTERS:,} characters")
    joined: str = do_join(context, items, d, attribute)
    return joined


def _indent(text: str, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    """Begin lines with spaces."""
    require_product(str(text).count("\n") + 1, width if isinstance(width, int) else len(width))
    indented: str = FILTERS["indent"](text, width, first, blank)
    return indented


def _wordwrap(environment: Any, text: str, width: int = 79, *args: Any, **kwargs: Any) -> str:
    """Break lines between words."""
    wrap = next((value for value in (*args, *kwargs.values()) if isinstance(value, str)), "\n")
    require_product(len(text) // max(1, width) + 1, len(wrap))
    wrapped: str = do_wordwrap(environment, text, width, *args, **kwargs)
    return wrapped


_wordwrap.jinja_pass_arg = do_wordwrap.jinja_pass_arg  # type: ignore[attr-defined]  # Jinja's mark: it is given the environment


@pass_context
def _random(context: Context, items: Sequence[Any]) -> Any:
    """Return one of the items: the same one for a row at each rendering, whatever the process."""
    draw: Draw | None = context.get(DRAW)
    if draw is None:
        raise TemplateRuntimeError("`random` has no place here: it is for columns' texts")
    if not items:
        raise TemplateRuntimeError("`random` of nothing")
    return items[draw(len(items))]
