"""The `expression` column: a Jinja text over other columns."""

from __future__ import annotations

from typing import ClassVar, Literal

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.written import Name
from resyn.spec.columns.expression import Expression


class ExpressionColumnConfig(SingleColumnConfig):
    """A value computed from other columns."""

    template_fields: ClassVar[tuple[str, ...]] = ("expr",)

    column_type: Literal["expression"] = "expression"
    expr: Name
    """A Jinja text that names other columns."""
    dtype: Literal["int", "float", "str", "bool"] = "str"
    """What the rendered text is read as."""

    def compile(self) -> Expression:
        """Return the column as the engine reads it."""
        return Expression(
            name=self.name,
            rng_name=self.rng_name,
            expr=self.expr,
            dtype=self.dtype,
        )
