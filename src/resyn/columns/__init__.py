"""How the values of each column type are made: one file per type, named after it, holding `build` or `build_in`."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from resyn.columns.code import check_installed, code_of
from resyn.columns.protocol import BlockColumn, CellColumn
from resyn.spec import Column, Program


def build_column(column: Column, program: Program, root: Path) -> BlockColumn | CellColumn:
    """Return the code of one column: `build(column, program)` of the file named after its type, or of an installed package.

    A type that reads files of the project, whose folder is `root`, has `build_in(column, program, root)` instead.

    Raises:
        ConfigError: the installed package that has the type is another one than the plan was made with.
    """
    check_installed(column.column_type, program)
    module = code_of(column.column_type)
    built: BlockColumn | CellColumn = (
        module.build_in(column, program, root) if hasattr(module, "build_in") else module.build(column, program)
    )
    return built


def fields(column: Column, arrow_type: pa.DataType) -> list[pa.Field]:
    """Return the outputs of a column whose code makes `arrow_type`: itself, or the members of its struct."""
    return [pa.field(column.name, arrow_type)] if column.outputs == (column.name,) else list(arrow_type)
