"""Numbers that add up."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field

from resyn import spec
from resyn.config.constraints.constraint import Constraint, Equality, Inequality
from resyn.config.written import Name, Number


class SumConstraint(Constraint):
    """The sum of columns compares to a number or a column."""

    constraint_type: Literal["sum"] = "sum"
    target_columns: list[Name] = Field(min_length=2)
    """The columns that are added up and drawn again until it holds."""
    operator: Inequality | Equality
    """lt, le, gt, ge, eq or ne: <, ≤, >, ≥, =, ≠."""
    rhs: Number | Name
    """A number, or the name of a column."""

    def compile(self) -> spec.Constraint:
        """Return the constraint as the engine reads it."""
        rhs = {"rhs_column": self.rhs} if isinstance(self.rhs, str) else {"rhs": json.dumps(self.rhs)}
        return spec.Constraint(target_columns=tuple(self.target_columns), operator=self.operator, **rhs)
