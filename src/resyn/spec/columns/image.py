"""The `image` column: pictures that a model paints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.conversation import MediaContext
from resyn.spec.program import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Column):
    """Ask the model `model_alias` for what the rendered prompt says."""

    column_type: ClassVar[str] = "image"
    has_media: ClassVar[bool] = True

    prompt: str
    model_alias: str
    multi_modal_context: tuple[MediaContext, ...] = ()
    """What models that paint in a chat are shown."""

    @property
    def templates(self) -> tuple[str, ...]:
        """Return the one Jinja text."""
        return (self.prompt,)

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the columns that are shown to the model."""
        return tuple(context.column_name for context in self.multi_modal_context)
