"""The `custom` column: what a function of a plugin makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from resyn.spec.program import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class SideEffect:
    """Name a column that the function makes beside its own."""

    name: str
    dtype: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom(Column):
    """Call `plugins.module:function`; its code is among the program's pools."""

    column_type: ClassVar[str] = "custom"

    generator_function: str
    generation_strategy: str = "cell_by_cell"
    dtype: str
    reads: tuple[str, ...] = ()
    side_effects: tuple[SideEffect, ...] = ()
    generator_params: Mapping[str, Any] = field(default_factory=dict)
    model_aliases: tuple[str, ...] = ()
    store: bool | None = None
    """Whether what it makes is stored like a model's answer."""

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the columns that the function is given."""
        return self.reads

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the column and its side effects."""
        return (self.name, *(effect.name for effect in self.side_effects))
