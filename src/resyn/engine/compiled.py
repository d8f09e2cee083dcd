"""A program's columns made ready to run: what is computed in blocks first, what is made cell by cell after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from resyn.columns import build_column, fields
from resyn.columns.accept import Accept, accept_of
from resyn.columns.constraint import groups
from resyn.columns.graph import in_order, inputs, reads, skips_inherited, waits_for
from resyn.columns.protocol import BlockColumn, CellColumn
from resyn.columns.skip import flag, with_skip
from resyn.engine.roots import RootNode, Roots
from resyn.errors import ConfigError
from resyn.spec import Column, Program
from resyn.spec.columns.sampler import Sampler

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
class Compiled:
    """Hold the code of every column, in the order it runs in."""

    roots: Roots
    cells: tuple[CellNode, ...]
    schema: pa.Schema
    """Every output, in config order."""
    accept: Accept | None = None

    def root_block(self, rows: range, attempt: int) -> dict[str, pa.Array]:
        """Return what is made without a model for a run of rows at one attempt, by output."""
        return self.roots.block(rows, attempt)

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
            roots.append(RootNode(name, column, needs, makes, isinstance(spec, Sampler), bool(getattr(spec, "conditional_params", ()))))
        elif isinstance(column, CellColumn):
            cells[name] = CellNode(name, column, needs, waited, makes)
        else:
            raise ConfigError(f"column '{name}' is made in blocks and cannot read '{min(waited)}', which a model answers")
    schema = pa.schema([field for name, spec in specs.items() for field in fields(spec, built[name].arrow_type)])
    found = groups(program)
    if asked := sorted(frozenset[str]().union(*(group.read for group in found)) & cells.keys()):
        raise ConfigError(f"a constraint reads column '{asked[0]}', which a model answers")
    return Compiled(Roots(tuple(roots), found), tuple(cells.values()), schema, accept_of(program))


def _is_alone(spec: Column) -> bool:
    return spec.outputs == (spec.name,)
