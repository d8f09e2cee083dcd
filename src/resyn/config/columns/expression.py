"""The `expression` column: a Jinja text over other columns."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.written import Name
from resyn.spec.columns.expression import Expression


def _nothing_is_null(value: Any) -> Any:
    """YAML reads a bare `null` as nothing."""
    return "null" if value is None else value


class ExpressionColumnConfig(SingleColumnConfig):
    """A value computed from other columns."""

    template_fields: ClassVar[tuple[str, ...]] = ("expr",)

    column_type: Literal["expression"] = "expression"
    expr: Name
    """A Jinja text that names other columns."""
    dtype: Literal["int", "float", "str", "bool"] = "str"
    """What the rendered text is read as."""
    on_error: Annotated[Literal["error", "null"], BeforeValidator(_nothing_is_null)] = "error"
    """What is done where a value cannot be computed: `error` ends the run and names the row, `null` leaves the cell empty."""

    def compile(self) -> Expression:
        """Return the column as the engine reads it."""
        return Expression(
            name=self.name,
            rng_name=self.rng_name,
            expr=self.expr,
            dtype=self.dtype,
            on_error="" if self.on_error == "error" else self.on_error,
        )
