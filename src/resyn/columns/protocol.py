"""What a column type's code can be: values of a whole block at once, or one cell that asks models or has local work done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from resyn.errors import ResynError
from resyn.models.request import Request

Do = Callable[[Sequence[Any]], Sequence[Any] | Awaitable[Sequence[Any]]]
"""Local work on some items at once: returns one result an item, in order; an exception among them is that item's own failure."""


@dataclass(frozen=True, slots=True)
class Work:
    """Ask for local work: a process to run, a function of a plugin.

    Items of cells that wait for the same `do` are handed to it together, in a worker thread, or awaited where it is a coroutine
    function. The result is a function of the item alone and is never stored; an exception is thrown into the cell.
    """

    do: Do
    item: Any
    at_most: int = 64
    """Items handed over at once."""


Cell = Generator[Request | Work, Any, Any]
"""A cell being made: yields each `Request` and is sent its stored `Answer`, yields each `Work` and is sent its result; returns the value
or raises `CellFailed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Name the rows to compute together: a run of row indices, all at the same attempt, and the columns known so far."""

    rows: range
    """Of a column with `skip`: the rows that are kept, a list with gaps."""
    attempt: int = 0
    redraw: int = 0
    """How often a constraint has drawn the rows again within the attempt."""
    columns: Mapping[str, pa.Array] = field(default_factory=dict)


@runtime_checkable
class BlockColumn(Protocol):
    """Compute a column without a model."""

    @property
    def arrow_type(self) -> pa.DataType:
        """Return the type of the values, fixed by the spec; of a column with other `outputs` than its own name, a struct of them."""

    def compute(self, block: Block) -> pa.Array:
        """Return one value a row of the block, as `arrow_type`; a pure function of spec, row index, attempt and inputs."""


@runtime_checkable
class CellColumn(Protocol):
    """Compute a column cell by cell, asking models on the way."""

    @property
    def arrow_type(self) -> pa.DataType:
        """Return the type of the values, fixed by the spec; of a column with other `outputs` than its own name, a struct of them."""

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:
        """Return the cell of row index `row`; `values` holds the columns it needs as Python values."""


class CellFailed(ResynError):
    """A cell that no allowed number of turns could make: the row is drawn again."""
