"""The `validation` column: a verdict on other columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.program import Column
from resyn.spec.validators import ValidatorParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation(Column):
    """Judge `target_columns`; the class of `validator_params` says how."""

    column_type: ClassVar[str] = "validation"

    target_columns: tuple[str, ...]
    validator_params: ValidatorParams

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the columns that are judged."""
        return self.target_columns
