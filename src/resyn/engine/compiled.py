"""A program's columns made ready to run: what is computed in blocks first, what is made cell by cell after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from resyn.columns import build_column
from resyn.columns.graph import in_order, inputs, reads, skips_inherited, waits_for
from resyn.columns.protocol import Block, BlockColumn, CellColumn
from resyn.columns.skip import flag, with_skip
from resyn.errors import ConfigError
from resyn.spec import Column, Program

ROW = "__row"


@dataclass(frozen=True, slots=True)
class CellNode:
    """Place a cell column in the graph."""

    name: str
    column: CellColumn
    needs: frozenset[str]
    """The values the cell reads, by the names they are made under."""
    waits_for: frozenset[str]
    """The columns that make them and are cells too."""
    makes: tuple[str, ...] = ()
    """The names of the values in the mapping that the cell returns; () where it returns the one value of column `name`."""


@dataclass(frozen=True, slots=True)
class RootNode:
    """Place a column made without a model."""

    name: str
    column: BlockColumn
    makes: tuple[str, ...] = ()
    """The names of the values in the structs it makes; () where it makes the values of column `name`."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """Hold the code of every column, in the order it runs in."""

    roots: tuple[RootNode, ...]
    cells: tuple[CellNode, ...]
    schema: pa.Schema
    """Every output, in config order."""

    def root_block(self, rows: range, attempt: int) -> dict[str, pa.Array]:
        """Return what is made without a model for a run of rows at one attempt, by output."""
        outputs: dict[str, pa.Array] = {}
        for node in self.roots:
            values = node.column.compute(Block(rows=rows, attempt=attempt, columns=outputs))
            outputs |= dict(zip(node.makes, values.flatten(), strict=True)) if node.makes else {node.name: values}
        return outputs

    def root_rows(self, rows: range, attempt: int) -> Iterator[dict[str, object]]:
        """Yield the same values row by row, as Python values."""
        block = self.root_block(rows, attempt)
        if not block:
            yield from ({} for _ in rows)
            return
        lists = [array.to_pylist() for array in block.values()]
        for values in zip(*lists, strict=True):
            yield dict(zip(block, values, strict=True))


def compile_program(program: Program, root: Path = Path()) -> Compiled:
    """Return the code of a program's columns; `root` is the folder of the project.

    A column that reads a model's answer, near or far, is made cell by cell; every other one in blocks.
    """
    specs = {column.name: column for column in program.columns}
    order = waits_for(program.columns)
    inherits = skips_inherited(program.columns)
    roots: list[RootNode] = []
    cells: dict[str, CellNode] = {}
    built = {}
    for name in in_order(order):
        spec, column = specs[name], build_column(specs[name], program, root)
        built[name], makes = column, () if _is_alone(spec) else spec.outputs
        needs = inputs(spec) & program.outputs.keys()
        if name in inherits:
            column = with_skip(column, spec, reads(spec) & program.outputs.keys(), inherits[name])
            makes = (*spec.outputs, flag(name))
            needs |= {flag(above) for above in inherits[name]}
        waited = order[name] & cells.keys()
        if isinstance(column, BlockColumn) and not waited:
            roots.append(RootNode(name, column, makes))
        elif isinstance(column, CellColumn):
            cells[name] = CellNode(name, column, needs, waited, makes)
        else:
            raise ConfigError(f"column '{name}' is made in blocks and cannot read '{min(waited)}', which a model answers")
    schema = pa.schema([field for name, spec in specs.items() for field in _fields(spec, built[name].arrow_type)])
    return Compiled(tuple(roots), tuple(cells.values()), schema)


def _is_alone(spec: Column) -> bool:
    return spec.outputs == (spec.name,)


def _fields(spec: Column, arrow_type: pa.DataType) -> list[pa.Field]:
    """Return the outputs of a column: itself, or the members of its struct."""
    return [pa.field(spec.name, arrow_type)] if _is_alone(spec) else list(arrow_type)
