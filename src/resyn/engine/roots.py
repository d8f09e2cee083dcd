"""Columns made without a model: a block of rows at a time, drawn again where constraints want it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from resyn.columns.constraint import Group
from resyn.columns.protocol import Block, BlockColumn
from resyn.engine.redraw import Redraw


@dataclass(frozen=True, slots=True)
class RootNode:
    """Place a column made without a model."""

    name: str
    column: BlockColumn
    needs: frozenset[str]
    """The values it reads, by the names they are made under."""
    makes: tuple[str, ...] = ()
    """The names of the values in the structs it makes; () where it makes the values of column `name`."""
    is_drawn: bool = False
    """Whether it is made of random words: it takes a run of rows without gaps."""
    can_fail: bool = False
    """Whether it is drawn in a way that could fail for values of other columns."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the names of its values."""
        return self.makes or (self.name,)

    def made(self, block: Block) -> dict[str, pa.Array]:
        """Return the values of a block, by output."""
        values = self.column.compute(block)
        return dict(zip(self.makes, values.flatten(), strict=True)) if self.makes else {self.name: values}


@dataclass(frozen=True, slots=True)
class Roots:
    """Hold the columns made without a model, in the order they are made in, and what must hold between them."""

    nodes: tuple[RootNode, ...]
    groups: tuple[Group, ...] = ()

    def block(self, rows: range, attempt: int) -> dict[str, pa.Array]:
        """Return the values of a run of rows at one attempt, by output.

        What constraints read is made and settled first: a column that no longer fails once they hold is computed then, and once.

        Raises:
            ResynError: a value cannot be computed, or the constraints cannot be met.
        """
        outputs: dict[str, pa.Array] = {}
        first = frozenset[str]().union(*(group.read for group in self.groups))
        _make(outputs, (node for node in self.nodes if node.name in first), rows, attempt)
        for group in self.groups:
            path = tuple(node for node in self.nodes if node.name in group.touched & first)
            outputs |= Redraw(group, path, rows, attempt).settled(outputs)
        _make(outputs, (node for node in self.nodes if node.name not in first), rows, attempt)
        return outputs


def _make(outputs: dict[str, pa.Array], nodes: Iterable[RootNode], rows: range, attempt: int) -> None:
    for node in nodes:
        outputs |= node.made(Block(rows=rows, attempt=attempt, columns=outputs))
