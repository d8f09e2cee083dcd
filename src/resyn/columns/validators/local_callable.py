"""The `local_callable` validator: a function of a plugin, of a row or of a table of rows."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resyn.columns.plugin import check_code, code_pools, find_function
from resyn.columns.rows import as_block, block_rows
from resyn.columns.validators.judge import Item, Judge
from resyn.columns.verdict import OutsideVerdict
from resyn.errors import ResynError
from resyn.plugins.call import Function, PluginFailed
from resyn.spec import Program
from resyn.spec.columns.validation import Validation
from resyn.spec.validators.local_callable import LocalCallable


class LocalCallableJudge:
    """Hand rows to the function; where its first parameter is called `row`, one by one."""

    takes_one = False

    def __init__(self, column: str, function: Function, output_schema: str) -> None:
        self._column, self._function, self._verdict = column, function, OutsideVerdict(output_schema)
        self.verdict_type = self._verdict.type
        parameter = next(iter(inspect.signature(function.call).parameters.values()))
        self._parameter, self._annotation, self._is_of_rows = parameter.name, parameter.annotation, parameter.name == "row"

    def judge(self, items: Sequence[Item]) -> list[Any]:
        """Return one verdict a row.

        Raises:
            PluginFailed: the function hangs, or what it returns for the block is no verdicts.
        """
        return self._read(items, self._function.each(self._arguments(items)))

    async def judge_async(self, items: Sequence[Item]) -> list[Any]:
        """Do the same without blocking an event loop."""
        return self._read(items, await self._function.each_async(self._arguments(items)))

    def _arguments(self, items: Sequence[Item]) -> list[dict[str, Any]]:
        if self._is_of_rows:
            return [{self._parameter: dict(item.values)} for item in items]
        return [{self._parameter: as_block([item.values for item in items], self._annotation)}]

    def _read(self, items: Sequence[Item], said: Sequence[Any]) -> list[Any]:
        if self._is_of_rows:
            return [self._one(item, verdict) for item, verdict in zip(items, said, strict=True)]
        rows = f"rows {items[0].row} to {items[-1].row}"
        if isinstance(said[0], Exception):
            raise self._function.failure(said[0], f"column '{self._column}', {rows}") from said[0]
        try:
            verdicts = block_rows(said[0], len(items))
        except ValueError as error:
            raise PluginFailed(f"column '{self._column}', {rows}: {self._function.name} {error}") from error
        return [self._one(item, verdict) for item, verdict in zip(items, verdicts, strict=True)]

    def _one(self, item: Item, said: Any) -> Mapping[str, Any] | ResynError:
        owner = f"column '{self._column}', row {item.row}"
        if isinstance(said, Exception):
            return self._function.failure(said, owner)
        try:
            return self._verdict.read(said)
        except ValueError as error:
            return PluginFailed(
                f"{owner}: what {self._function.name} returned is no verdict: {error}", hint="mend the plugin, then run `dvc repro`"
            )


def pools(params: LocalCallable, root: Path) -> dict[str, str]:
    """Return the identity of the function's code."""
    return code_pools(params.validation_function, root)


def build(params: LocalCallable, column: Validation, program: Program, root: Path) -> Judge:
    """Return the judge that asks a function.

    Raises:
        ResynError: its code is not the one that the plan was made with.
    """
    check_code(params.validation_function, program, root)
    return LocalCallableJudge(column.name, find_function(params.validation_function, column.name, root), params.output_schema)
