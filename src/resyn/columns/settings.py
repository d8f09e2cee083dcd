"""The sampling parameters of a request: those of the model, or drawn for the row."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Any

from resyn.rng import request_share
from resyn.spec import Distribution, Model, Program


class Settings:
    """Draw what a model's configuration leaves to chance."""

    def __init__(self, model: Model, program: Program, column: str) -> None:
        fixed = {"temperature": model.temperature, "top_p": model.top_p, "max_tokens": model.max_tokens}
        drawn = {"temperature": model.temperature_from, "top_p": model.top_p_from}
        self._fixed = {name: value for name, value in fixed.items() if value is not None}
        self._drawn = {name: distribution for name, distribution in drawn.items() if distribution}
        self._program, self._column = program, column

    def draw(self, row: int, attempt: int, restart: int) -> dict[str, Any]:
        """Return temperature, top_p and max_tokens, those that are set."""
        return self._fixed | {
            name: _value(distribution, request_share(self._program, self._column, name, (row, attempt, restart)))
            for name, distribution in self._drawn.items()
        }


def _value(distribution: Distribution, share: float) -> float:
    if not distribution.values:
        return distribution.low + share * (distribution.high - distribution.low)
    sums = list(accumulate(distribution.weights or (1.0,) * len(distribution.values)))
    return distribution.values[min(bisect_right(sums, share * sums[-1]), len(sums) - 1)]
