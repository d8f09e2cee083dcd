"""A template cut into pieces that have nothing to do with one another, so that each can be made for a whole block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jinja2
from jinja2 import nodes

from resyn.templates.environment import compiled, environment
from resyn.templates.expressions import Path, path_of, paths_in
from resyn.templates.kernels import KERNELS

_CARRIES = (nodes.Assign, nodes.AssignBlock, nodes.Macro, nodes.CallBlock, nodes.Block, nodes.EvalContextModifier)
"""What one piece could leave behind for the next."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Name a value and the filters it goes through, all of which have kernels."""

    path: Path
    filters: tuple[tuple[str, tuple[Any, ...]], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold a part of a template: what it reads, how Jinja renders it, and how a block is rendered at once where that is known."""

    paths: frozenset[Path]
    render: Callable[..., str]
    chain: Chain | None


def pieces(source: str, jinja: jinja2.Environment | None = None) -> tuple[str | Piece, ...]:
    """Return the texts and pieces of a template, in order. What is drawn by `random` depends on the row: such a template has no pieces.

    Raises:
        jinja2.TemplateError: it does not compile.
    """
    jinja = jinja or environment()
    tree = jinja.parse(source)
    if any(tree.find(kind) for kind in _CARRIES):
        return (_piece(tree.body, jinja),)
    return tuple(_cut(tree, jinja))


def draws(source: str) -> bool:
    """Return whether a template may draw random numbers; `map` can be given the name of a filter."""
    return "random" in source


def _cut(tree: nodes.Template, jinja: jinja2.Environment) -> Iterator[str | Piece]:
    for statement in tree.body:
        if not isinstance(statement, nodes.Output):
            yield _piece([statement], jinja)
            continue
        for node in statement.nodes:
            if isinstance(node, nodes.TemplateData):
                yield node.data
            else:
                yield _piece([nodes.Output([node], lineno=node.lineno)], jinja, _chain(node))


def _piece(body: list[nodes.Node], jinja: jinja2.Environment, chain: Chain | None = None) -> Piece:
    template = nodes.Template(body, lineno=1)
    template.set_environment(jinja)
    return Piece(frozenset(path for node in body for path in paths_in(node)), compiled(template, jinja), chain)


def _chain(node: nodes.Node) -> Chain | None:
    """Return the chain an expression is, if it is nothing else."""
    filters: list[tuple[str, tuple[Any, ...]]] = []
    while isinstance(node, nodes.Filter):
        constant = all(isinstance(argument, nodes.Const) for argument in node.args)
        if node.name not in KERNELS or not constant or node.kwargs or node.dyn_args or node.dyn_kwargs or node.node is None:
            return None
        filters.append((node.name, tuple(argument.value for argument in node.args if isinstance(argument, nodes.Const))))
        node = node.node
    path = path_of(node)
    return Chain(path, tuple(reversed(filters))) if path else None
