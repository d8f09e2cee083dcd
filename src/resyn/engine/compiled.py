"""A program's columns made ready to run: what is computed in blocks first, what is made cell by cell after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from resyn.columns import build_column
from resyn.columns.graph import in_order, inputs
from resyn.columns.protocol import Block, BlockColumn, CellColumn
from resyn.errors import ConfigError
from resyn.spec import Program

ROW = "__row"


@dataclass(frozen=True, slots=True)
class CellNode:
    """Place a cell column in the graph."""

    name: str
    column: CellColumn
    needs: frozenset[str]
    """Columns whose values the cell reads."""
    waits_for: frozenset[str]
    """Those of them that are cells too."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """Hold the code of every column, in the order it runs in."""

    roots: tuple[tuple[str, BlockColumn], ...]
    cells: tuple[CellNode, ...]
    schema: pa.Schema
    """Columns in config order."""

    def root_block(self, rows: range, attempt: int) -> dict[str, pa.Array]:
        """Return the columns made without a model for a run of rows at one attempt."""
        columns: dict[str, pa.Array] = {}
        for name, column in self.roots:
            columns[name] = column.compute(Block(rows=rows, attempt=attempt, columns=columns))
        return columns

    def root_rows(self, rows: range, attempt: int) -> Iterator[dict[str, object]]:
        """Yield the same values row by row, as Python values."""
        block = self.root_block(rows, attempt)
        if not block:
            yield from ({} for _ in rows)
            return
        lists = [array.to_pylist() for array in block.values()]
        for values in zip(*lists, strict=True):
            yield dict(zip(block, values, strict=True))


def compile_program(program: Program) -> Compiled:
    """Return the code of a program's columns.

    A column that reads a model's answer, near or far, is made cell by cell; every other one in blocks.
    """
    specs = {column.name: column for column in program.columns}
    needs = {name: inputs(spec) & specs.keys() for name, spec in specs.items()}
    roots: list[tuple[str, BlockColumn]] = []
    cells: dict[str, CellNode] = {}
    built = {}
    for name in in_order(needs):
        column = built[name] = build_column(specs[name], program)
        waits_for = needs[name] & cells.keys()
        if isinstance(column, BlockColumn) and not waits_for:
            roots.append((name, column))
        elif isinstance(column, CellColumn):
            cells[name] = CellNode(name, column, needs[name], waits_for)
        else:
            raise ConfigError(f"column '{name}' is made in blocks and cannot read '{min(waits_for)}', which a model answers")
    schema = pa.schema([(name, built[name].arrow_type) for name in specs])
    return Compiled(tuple(roots), tuple(cells.values()), schema)
