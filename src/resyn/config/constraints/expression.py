"""Anything that is true or false of a row."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from resyn import spec
from resyn.config.constraints.constraint import Constraint
from resyn.config.written import Name, refusal
from resyn.templates import TemplateError, bare, references
from resyn.templates.expressions import expression


class ExpressionConstraint(Constraint):
    """An expression over columns is true."""

    constraint_type: Literal["expression"] = "expression"
    expr: Name
    """A Jinja expression that is true or false, such as "start < end or tier == 'gold'"."""

    @field_validator("expr")
    @classmethod
    def _is_an_expression(cls, expr: str) -> str:
        try:
            expression(bare(expr))
        except TemplateError as error:
            raise refusal(
                f"is no Jinja expression: {error}", hint="write one expression, such as \"low < high or tier == 'free'\""
            ) from error
        if not references(f"{{{{ {bare(expr)} }}}}"):
            raise refusal("names no column, so it is the same for every row")
        return bare(expr)

    def compile(self) -> spec.Constraint:
        """Return the constraint as the engine reads it."""
        return spec.Constraint(expr=self.expr)
