"""The `validation` column: a verdict on other columns of the same row, whoever made them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from resyn.columns.protocol import Block, BlockColumn, Cell, CellColumn, Work
from resyn.columns.validators.judge import Item, Judge
from resyn.spec import Program
from resyn.spec.columns.validation import Validation

_AT_ONCE = 64
"""Rows that a linter's process is started for."""


class ValidationColumn:
    """Have a validator of this process judge rows, in blocks and, where a target is a model's answer, cell by cell."""

    def __init__(self, spec: Validation, judge: Judge) -> None:
        self._targets, self._judge = spec.target_columns, judge
        self._is_apart = judge.takes_one and len(spec.target_columns) > 1
        kind = judge.verdict_type
        self.arrow_type = pa.struct([(target, kind) for target in self._targets]) if self._is_apart else kind

    def compute(self, block: Block) -> pa.Array:
        """Return the verdicts of a block.

        Raises:
            ResynError: a validator cannot be used, or failed; names the row.
        """
        lists = [block.columns[name].to_pylist() for name in self._targets]
        rows = [
            Item(row, dict(zip(self._targets, values, strict=True)))
            for row, values in zip(block.rows, zip(*lists, strict=True), strict=True)
        ]
        verdicts = _gathered(rows, self._judge.judge(self._items(rows)), apart=self._is_apart)
        if failure := next((verdict for verdict in verdicts if isinstance(verdict, Exception)), None):
            raise failure
        return pa.array(verdicts, self.arrow_type)

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:  # noqa: ARG002 - the protocol's signature
        """Return a cell that has its row judged together with others."""
        return (yield Work(self._work, Item(row, {name: values[name] for name in self._targets}), _AT_ONCE))

    async def _work(self, rows: Sequence[Item]) -> list[Any]:
        return _gathered(rows, await self._judge.judge_async(self._items(rows)), apart=self._is_apart)

    def _items(self, rows: Sequence[Item]) -> list[Item]:
        if not self._is_apart:
            return list(rows)
        return [Item(item.row, {name: value}) for item in rows for name, value in item.values.items()]


def _gathered(rows: Sequence[Item], verdicts: Sequence[Any], *, apart: bool) -> list[Any]:
    """Return one result a row: its verdict, or the verdict of each target, or the first exception among them."""
    return [_one(item, iter(verdicts[n * len(item.values) :])) for n, item in enumerate(rows)] if apart else list(verdicts)


def _one(row: Item, verdicts: Iterator[Any]) -> Any:
    found = dict(zip(row.values, verdicts, strict=False))
    return next((verdict for verdict in found.values() if isinstance(verdict, Exception)), found)


def pools(column: Validation, root: Path) -> dict[str, str]:
    """Return what verdicts depend on beyond the config: the version of a linter, the code of a function."""
    module = _module(column)
    found: dict[str, str] = module.pools(column.validator_params, root) if hasattr(module, "pools") else {}
    return found


def build_in(column: Validation, program: Program, root: Path) -> BlockColumn | CellColumn:
    """Return the code of a validation column.

    Raises:
        ResynError: the validator is not the one that the plan was made with.
    """
    built: Judge | CellColumn = _module(column).build(column.validator_params, column, program, root)
    return built if isinstance(built, CellColumn) else ValidationColumn(column, built)


def _module(column: Validation) -> Any:
    return importlib.import_module(f"resyn.columns.validators.{column.validator_params.validator_type}")
