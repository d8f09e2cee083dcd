"""Custom columns whose results are stored like a model's answers."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import orjson

from resyn.columns.custom_values import CustomValues, Item
from resyn.columns.protocol import Cell, CellFailed
from resyn.columns.refusal import answered
from resyn.models.request import Request


class StoredColumn:
    """Call a function whose results are stored and traced like answers; the same row is made once."""

    def __init__(self, values: CustomValues, code: str) -> None:
        self._values, self._code, self.arrow_type = values, code, values.arrow_type

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:
        """Return the cell of a row.

        Raises:
            CellFailed: the function said that the row cannot be made this way.
        """
        spec = self._values.spec
        item = Item(row, attempt, {name: values[name] for name in spec.reads})
        answer = yield Request(
            alias=f"column {spec.name}",
            provider="plugins",
            provider_type="plugin",
            model=spec.generator_function,
            kind="plugin",
            parameters={"code": self._code, "row": item.values, "generator_params": spec.generator_params, **self._values.seeds(item)},
            seed=0,
            attempt=0,
            make=functools.partial(self._make, item),
        )
        said = orjson.loads(answered(answer).body)
        if "failed" in said:
            raise CellFailed(said["failed"])
        return said["made"]

    async def _make(self, item: Item) -> bytes:
        (returned,) = await self._values.function.each_async([self._values.arguments(item)])
        try:
            return orjson.dumps({"made": self._values.value(item, returned)})
        except CellFailed as error:
            return orjson.dumps({"failed": error.message})
