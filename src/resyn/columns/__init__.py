"""How the values of each column type are made: one file per type, named after it, holding `build` or `build_in`."""

from __future__ import annotations

import importlib
from pathlib import Path

import pyarrow as pa

from resyn.columns.protocol import BlockColumn, CellColumn
from resyn.spec import Column, Program


def build_column(column: Column, program: Program, root: Path) -> BlockColumn | CellColumn:
    """Return the code of one column: `build(column, program)` of the file named after its type.

    A type that reads files of the project, whose folder is `root`, has `build_in(column, program, root)` instead.
    """
    module = importlib.import_module(f"resyn.columns.{column.column_type.replace('-', '_')}")
    built: BlockColumn | CellColumn = (
        module.build_in(column, program, root) if hasattr(module, "build_in") else module.build(column, program)
    )
    return built


def fields(column: Column, arrow_type: pa.DataType) -> list[pa.Field]:
    """Return the outputs of a column whose code makes `arrow_type`: itself, or the members of its struct."""
    return [pa.field(column.name, arrow_type)] if column.outputs == (column.name,) else list(arrow_type)
