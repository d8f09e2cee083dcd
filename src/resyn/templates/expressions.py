"""Jinja expressions, such as conditions: what stands between {{ and }}."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jinja2
from jinja2 import nodes

from resyn.templates.environment import environment
from resyn.templates.references import TemplateError

Path = tuple[str, ...]
"""A name and the fields after it: `customer.age` is ("customer", "age")."""


@functools.lru_cache(maxsize=4096)
def expression(source: str) -> Callable[[Mapping[str, Any]], Any]:
    """Return the function that evaluates a Jinja expression; what it names and is not there is Jinja's strict `Undefined`.

    Raises:
        TemplateError: the text is no expression, or uses a filter or test that does not exist, or `random`, which is for texts.
    """
    try:
        if any(found.name == "random" for found in environment().parse(f"{{{{ {source} }}}}").find_all(nodes.Filter)):
            raise TemplateError("`random` is for the texts of columns")
        return environment().compile_expression(source, undefined_to_none=False)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(error.message or "cannot be parsed", error.lineno) from error


def paths(source: str) -> frozenset[Path]:
    """Return what a Jinja expression reads, each name with the fields that are asked of it by name."""
    return paths_of(f"{{{{ {source} }}}}")


def paths_of(text: str) -> frozenset[Path]:
    """Return what a Jinja text reads, each name with the fields that are asked of it by name."""
    return frozenset(paths_in(environment().parse(text)))


def paths_in(node: nodes.Node) -> Iterator[Path]:
    """Yield what a part of a template reads; names of its own are among it."""
    if path := path_of(node):
        yield path
    else:
        for child in node.iter_child_nodes():
            yield from paths_in(child)


def path_of(node: nodes.Node) -> Path:
    """Return the name and fields that a node is, or ()."""
    match node:
        case nodes.Name():
            return (node.name,)
        case nodes.Getattr() if above := path_of(node.node):
            return (*above, node.attr)
        case nodes.Getitem(arg=nodes.Const(value=str(field))) if above := path_of(node.node):
            return (*above, field)
        case _:
            return ()
