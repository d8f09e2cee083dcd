"""A number and a bound."""

from __future__ import annotations

import json
from typing import Literal

from resyn import spec
from resyn.config.constraints.constraint import Constraint, Inequality
from resyn.config.written import Name, Number


class ScalarInequalityConstraint(Constraint):
    """A column is less or more than a number."""

    constraint_type: Literal["scalar_inequality"] = "scalar_inequality"
    target_column: Name
    """The column that is drawn again until it holds."""
    operator: Inequality
    """lt, le, gt or ge: <, ≤, >, ≥."""
    rhs: Number
    """The bound."""

    def compile(self) -> spec.Constraint:
        """Return the constraint as the engine reads it."""
        return spec.Constraint(target_columns=(self.target_column,), operator=self.operator, rhs=json.dumps(self.rhs))


class ColumnInequalityConstraint(Constraint):
    """A column is less or more than another."""

    constraint_type: Literal["column_inequality"] = "column_inequality"
    target_column: Name
    """One column; both are drawn again until it holds."""
    operator: Inequality
    """lt, le, gt or ge: <, ≤, >, ≥."""
    rhs: Name
    """The other column."""

    def compile(self) -> spec.Constraint:
        """Return the constraint as the engine reads it."""
        return spec.Constraint(target_columns=(self.target_column,), operator=self.operator, rhs_column=self.rhs)
