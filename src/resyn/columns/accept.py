"""Which rows are good enough: conditions over the values of one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resyn.errors import ResynError
from resyn.spec import Program
from resyn.templates.environment import FAILURES
from resyn.templates.expressions import expression
from resyn.templates.references import references

Verdicts = tuple[bool, ...]
"""One a condition."""


class Accept:
    """Judge rows by every condition; a row is accepted where all of them hold."""

    def __init__(self, conditions: tuple[str, ...], max_candidates: int) -> None:
        self.conditions, self.max_candidates = conditions, max_candidates
        self.names = sorted(frozenset[str]().union(*(references(f"{{{{ {condition} }}}}") for condition in conditions)))
        self._evaluate = [expression(condition) for condition in conditions]

    def judge(self, row: int, values: Mapping[str, Any]) -> Verdicts:
        """Return whether each condition holds for a row; what is none, such as the verdict on a null, does not hold.

        Raises:
            ResynError: a condition fails on these values, or is neither true nor false; names row and condition.
        """
        return tuple(self._holds(position, row, values) for position in range(len(self.conditions)))

    def _holds(self, position: int, row: int, values: Mapping[str, Any]) -> bool:
        try:
            verdict = self._evaluate[position](values)
            if not isinstance(verdict, bool | None):
                raise TypeError(f"it gives {str(verdict)[:80]!r}, which is neither true nor false")
        except FAILURES as error:
            message = f"row {row}, accept condition {self.conditions[position]!r}: {error}"
            raise ResynError(message, hint="mend the condition, then run `dvc repro`") from error
        return bool(verdict)


def accept_of(program: Program) -> Accept | None:
    """Return the code of a program's conditions, None where every row is accepted."""
    return Accept(program.accept, program.max_candidates or 1) if program.accept else None


def why_not(conditions: tuple[str, ...], candidates: tuple[Verdicts, ...]) -> str:
    """Return why no candidate of a row was accepted, in one clause."""
    held = (f"`{condition}` held for {sum(verdicts[n] for verdicts in candidates)}" for n, condition in enumerate(conditions))
    return f"none of {len(candidates)} candidates was accepted: {', '.join(held)}"
