"""What a validator that works in this process can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Item:
    """Hold what is judged at once: the targets of a row by name, or a single one of them; `row` is for errors only."""

    row: int
    values: Mapping[str, Any]


class Judge(Protocol):
    """Judge items; a verdict is a function of the item's values alone."""

    @property
    def verdict_type(self) -> pa.DataType:
        """Return the type of a verdict."""

    @property
    def takes_one(self) -> bool:
        """Return whether each target column is judged by itself."""

    def judge(self, items: Sequence[Item]) -> list[Any]:
        """Return one verdict an item, or the exception that is that item's.

        Raises:
            ResynError: nothing can be judged.
        """

    async def judge_async(self, items: Sequence[Item]) -> list[Any]:
        """Do the same without blocking an event loop."""
