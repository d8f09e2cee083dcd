"""A value that is, or is not, another."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field

from resyn import spec
from resyn.config.constraints.constraint import Constraint, Equality
from resyn.config.written import Name


class ScalarEqualityConstraint(Constraint):
    """A column is, or is not, a value."""

    constraint_type: Literal["scalar_equality"] = "scalar_equality"
    target_column: Name
    """The column that is drawn again until it holds."""
    operator: Equality
    """eq or ne: =, ≠."""
    rhs: bool | int | float | str
    """The value."""

    def compile(self) -> spec.Constraint:
        """Return the constraint as the engine reads it."""
        return spec.Constraint(target_columns=(self.target_column,), operator=self.operator, rhs=json.dumps(self.rhs, ensure_ascii=False))


class ColumnEqualityConstraint(Constraint):
    """A column is, or is not, what another is."""

    constraint_type: Literal["column_equality"] = "column_equality"
    target_column: Name
    """One column; both are drawn again until it holds."""
    operator: Equality
    """eq or ne: =, ≠."""
    rhs: Name
    """The other column."""

    def compile(self) -> spec.Constraint:
        """Return the constraint as the engine reads it."""
        return spec.Constraint(target_columns=(self.target_column,), operator=self.operator, rhs_column=self.rhs)


class MembershipConstraint(Constraint):
    """A column is, or is not, one of some values."""

    constraint_type: Literal["membership"] = "membership"
    target_column: Name
    """The column that is drawn again until it holds."""
    operator: Literal["in", "not_in"]
    """in or not_in."""
    rhs: list[bool | int | float | str] = Field(min_length=1)
    """The values."""

    def compile(self) -> spec.Constraint:
        """Return the constraint as the engine reads it."""
        return spec.Constraint(target_columns=(self.target_column,), operator=self.operator, rhs=json.dumps(self.rhs, ensure_ascii=False))
