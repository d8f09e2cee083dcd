"""How many candidates rows took, and which conditions turned them down: counted while rows are written, kept in the batch's file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from resyn.columns.accept import Verdicts


class Tally:
    """Count the candidates of a batch's rows."""

    def __init__(self, conditions: tuple[str, ...]) -> None:
        self._conditions = conditions
        # All mutable state: candidates and those that were accepted, those each condition held for, and rows by their candidates.
        self.candidates = 0
        self.accepted = 0
        self._held = [0] * len(conditions)
        self._rows: Counter[int] = Counter()

    def note(self, candidates: Iterable[Verdicts]) -> None:
        """Count the candidates of one row."""
        judged = list(candidates)
        for verdicts in judged:
            self.candidates += 1
            self.accepted += all(verdicts)
            self._held = [held + holds for held, holds in zip(self._held, verdicts, strict=True)]
        self._rows[len(judged)] += 1

    @property
    def text(self) -> str:
        """Return the counts as JSON text, the same whatever order the rows came in."""
        return json.dumps(
            {
                "candidates": self.candidates,
                "accepted": self.accepted,
                "conditions": dict(zip(self._conditions, self._held, strict=True)),
                "rows_by_candidates": {str(number): rows for number, rows in sorted(self._rows.items())},
            }
        )
