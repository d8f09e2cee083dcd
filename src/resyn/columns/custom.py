"""The `custom` column: what a function of a plugin makes of a row or of a block, with models or without."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from resyn.columns.custom_asking import AskingColumn
from resyn.columns.custom_stored import StoredColumn
from resyn.columns.custom_values import MEND, CustomValues, Item
from resyn.columns.plugin import check_code, code_pools, find_function
from resyn.columns.protocol import Block, BlockColumn, Cell, CellColumn, Work
from resyn.columns.rows import block_rows
from resyn.plugins.call import PluginFailed, RowFailed
from resyn.plugins.dialogue import Returned
from resyn.plugins.identity import identity
from resyn.spec import Program
from resyn.spec.columns.custom import Custom


class PlainColumn:
    """Call a function that asks no model: of rows one by one, or of blocks."""

    def __init__(self, values: CustomValues) -> None:
        self._values, self.arrow_type = values, values.arrow_type
        self._is_of_rows = values.spec.generation_strategy == "cell_by_cell"

    def compute(self, block: Block) -> pa.Array:
        """Return the values of a block.

        Raises:
            ResynError: the function fails; names file, line, column and row.
        """
        items = [Item(row, block.attempt, values, block.redraw) for row, values in zip(block.rows, self._rows(block), strict=True)]
        returned = self._values.function.each(self._calls(items))
        made = [self._values.value(item, one) for item, one in zip(items, self._each(items, returned), strict=True)]
        return pa.array(made, self.arrow_type)

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:
        """Return a cell that has its row made together with others.

        Raises:
            CellFailed: the function said that the row cannot be made this way.
        """
        item = Item(row, attempt, {name: values[name] for name in self._values.spec.reads})
        returned = yield Work(self._work, item)
        return self._values.value(item, returned.value)

    async def _work(self, items: Sequence[Item]) -> list[Any]:
        """Return what the function returned for each row, wrapped, since exceptions mean more to who awaits them."""
        returned = await self._values.function.each_async(self._calls(items))
        return [Returned(one) for one in self._each(items, returned)]

    def _calls(self, items: Sequence[Item]) -> list[dict[str, Any]]:
        return [self._values.arguments(item) for item in items] if self._is_of_rows else [self._values.block_arguments(items)]

    def _each(self, items: Sequence[Item], returned: Sequence[Any]) -> Sequence[Any]:
        if self._is_of_rows:
            return returned
        owner = f"column '{self._values.spec.name}', rows {items[0].row} to {items[-1].row}"
        if isinstance(returned[0], Exception):
            raise self._values.function.failure(returned[0], owner) from returned[0]
        try:
            return block_rows(returned[0], len(items))
        except ValueError as error:
            raise PluginFailed(f"{owner}: {self._values.function.name} {error}", hint=MEND) from error

    def _rows(self, block: Block) -> list[dict[str, Any]]:
        reads = self._values.spec.reads
        lists = [block.columns[name].to_pylist() for name in reads]
        return [dict(zip(reads, values, strict=True)) for values in zip(*lists, strict=True)] if reads else [{} for _ in block.rows]


class GivingUpColumn:
    """Make every row as a cell: blocks are not drawn again, and a function that knows `RowFailed` may want that."""

    def __init__(self, values: CustomValues) -> None:
        self.cell, self.arrow_type = PlainColumn(values).cell, values.arrow_type


def _plain(values: CustomValues) -> BlockColumn | CellColumn:
    function = inspect.unwrap(values.function.call)
    knows = any(item is RowFailed for item in getattr(function, "__globals__", {}).values())
    return GivingUpColumn(values) if knows else PlainColumn(values)


def pools(column: Custom, root: Path) -> dict[str, str]:
    """Return the identity of the function's code."""
    return code_pools(column.generator_function, root)


def build_in(column: Custom, program: Program, root: Path) -> BlockColumn | CellColumn:
    """Return the code of a custom column.

    Raises:
        ResynError: its code is not the one that the plan was made with.
    """
    check_code(column.generator_function, program, root)
    values = CustomValues(column, program, find_function(column.generator_function, column.name, root))
    if "models" in values.declared.asks_for:
        return AskingColumn(values, program)
    return StoredColumn(values, identity(root, column.generator_function)) if column.store else _plain(values)
