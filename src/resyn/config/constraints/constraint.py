"""What every constraint has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Literal

from resyn import spec
from resyn.config.names import InequalityOperator, Word
from resyn.config.written import Written

Inequality = Word[InequalityOperator]
Equality = Literal["eq", "ne"]


class Constraint(Written, ABC):
    """Say what holds in every row of a dataset."""

    @abstractmethod
    def compile(self) -> spec.Constraint:
        """Return the constraint as the engine reads it."""


def typed(constraint: Any) -> Any:
    """Return what was written with its `constraint_type`: Data Designer's files may tell it by `rhs` alone."""
    if not isinstance(constraint, dict) or "constraint_type" in constraint:
        return constraint
    rhs = constraint.get("rhs")
    return {"constraint_type": "column_inequality" if isinstance(rhs, str) and not _is_number(rhs) else "scalar_inequality", **constraint}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
