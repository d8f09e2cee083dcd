"""The `embedding` column: vectors of the texts in another column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.program import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding(Column):
    """Ask the model `model_alias` for the vectors of a text, or of each text of a list."""

    column_type: ClassVar[str] = "embedding"

    target_column: str
    model_alias: str

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the column of texts."""
        return (self.target_column,)
