"""A Jinja condition over columns, evaluated for the rows of a block."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from resyn.columns.protocol import Block
from resyn.errors import ResynError
from resyn.templates.combinations import Positions, distinct, read, records
from resyn.templates.environment import FAILURES
from resyn.templates.expressions import expression, paths


def strictly(verdict: Any) -> bool:
    """Return a verdict that is true or false.

    Raises:
        TypeError: it is neither.
    """
    if not isinstance(verdict, bool):
        raise TypeError(f"it gives {str(verdict)[:80]!r}, which is neither true nor false")
    return verdict


def truthy(verdict: Any) -> bool:
    """Return whether Python takes a verdict for true; as in Data Designer, a text such as "0" or "False" is what it spells."""
    if isinstance(verdict, str):
        with suppress(ValueError, SyntaxError):
            verdict = ast.literal_eval(verdict)
    return bool(verdict)


class Condition:
    """Say for which rows an expression is true, such as "customer.age > 21 and tier == 'gold'".

    It is evaluated once for each combination of the values it reads, which gives what one evaluation a row would.
    """

    def __init__(self, source: str, truth: Callable[[Any], bool] = strictly) -> None:
        self._source, self._truth = source, truth
        self._evaluate = expression(source)
        self._paths = paths(source)

    def holds(self, block: Block, among: Positions) -> npt.NDArray[np.bool_]:
        """Return whether the condition is true for each of the rows of the block at the positions `among`.

        Raises:
            ResynError: it fails for a row, or is neither true nor false; names the first such row and the condition.
        """
        values = {path: array.take(pa.array(among)) for path, array in read(self._paths, block.columns).items()}
        first, which = distinct(values.values(), len(among))
        met = records(values, first)
        true = np.zeros(len(first), dtype=np.bool_)
        for number in np.argsort(first):
            true[number] = self.holds_for(block.rows[among[first[number]]], met[number])
        return true[which]

    def holds_for(self, row: int, record: Mapping[str, Any]) -> bool:
        """Return whether the condition is true for one row.

        Raises:
            ResynError: it fails; names row and condition.
        """
        try:
            return self._truth(self._evaluate(record))
        except FAILURES as error:
            raise ResynError(f"row {row}, condition {self._source!r}: {error}", hint="mend the condition, then run `resyn plan`") from error
