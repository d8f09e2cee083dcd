"""How the values of each column type are made: one file per type, named after it, holding `build`."""

from __future__ import annotations

import importlib

from resyn.columns.protocol import BlockColumn, CellColumn
from resyn.spec import Column, Program


def build_column(column: Column, program: Program) -> BlockColumn | CellColumn:
    """Return the code of one column: `build(column, program)` of the file named after its type."""
    module = importlib.import_module(f"resyn.columns.{column.column_type.replace('-', '_')}")
    built: BlockColumn | CellColumn = module.build(column, program)
    return built
