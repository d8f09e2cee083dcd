"""What a Jinja text names: the inputs of the column that holds it."""

from __future__ import annotations

import functools

import jinja2
from jinja2 import meta, nodes

from resyn.templates.environment import FAILURES, environment

_OTHER_FILES = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


class TemplateError(ValueError):
    """A template that cannot be compiled; `line` counts from 1 inside the text."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@functools.lru_cache(maxsize=4096)
def references(source: str) -> frozenset[str]:
    """Return the names a Jinja text reads: columns, where they exist.

    Raises:
        TemplateError: the text does not parse, or uses a filter or test that does not exist.
    """
    jinja = environment()
    try:
        tree = jinja.parse(source)
        jinja.compile(source)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(error.message or "cannot be parsed", error.lineno) from error
    except FAILURES as error:  # constants are computed when a template is compiled
        raise TemplateError(str(error)) from error
    if found := next(tree.find_all(_OTHER_FILES), None):
        raise TemplateError(f"`{type(found).__name__.lower()}` reads other templates, and there are none", found.lineno)
    return frozenset(meta.find_undeclared_variables(tree) - set(jinja.globals))


def bare(source: str) -> str:
    """Return an expression without the {{ }} around it, where there are any."""
    text = source.strip()
    if text.startswith("{{") and text.endswith("}}"):
        text = text[2:-2].strip().removeprefix("-").removesuffix("-").strip()
    return text
