"""The `expression` column: a Jinja text over other columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.program import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression(Column):
    """Render `expr` and read the result as `dtype` (int, float, str or bool)."""

    column_type: ClassVar[str] = "expression"

    expr: str
    dtype: str = "str"
    on_error: str = ""
    """What stands where a value cannot be computed: "null", or nothing, which ends the run."""

    @property
    def templates(self) -> tuple[str, ...]:
        """Return the one Jinja text."""
        return (self.expr,)
