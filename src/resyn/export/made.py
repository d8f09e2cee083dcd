"""How a column was made, in a few words."""

from __future__ import annotations

from resyn.spec import Column, Program
from resyn.spec.columns.sampler import Sampler


def how_made(column: Column, program: Program) -> str:
    """Return the kind of a column and, where one was asked, the model and its provider."""
    if isinstance(column, Sampler):
        return f"{column.params.sampler_type} sampler"
    if (alias := getattr(column, "model_alias", "")) and (model := program.models.get(alias)):
        return f"{column.column_type} by {model.model} ({model.provider})"
    return column.column_type
