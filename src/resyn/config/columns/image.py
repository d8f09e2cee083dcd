"""The `image` column: pictures that a model paints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import field_validator

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.media import AnyMediaContext, context_problems, with_modality
from resyn.config.problem import Problem
from resyn.config.written import Name
from resyn.spec import Column
from resyn.spec.columns.image import Image


class ImageColumnConfig(SingleColumnConfig):
    """Pictures that a model paints."""

    template_fields: ClassVar[tuple[str, ...]] = ("prompt",)
    asks: ClassVar[tuple[str, ...]] = ("image", "chat-completion")

    column_type: Literal["image"] = "image"
    prompt: Name
    """What is to be painted: a Jinja text that can name other columns."""
    model_alias: Name
    """Which of `model_configs` is asked."""
    multi_modal_context: list[AnyMediaContext] | None = None
    """Columns whose images a model is shown that paints in a chat."""

    @field_validator("multi_modal_context", mode="before")
    @classmethod
    def _is_an_image_unless_it_says_so(cls, contexts: Any) -> Any:
        return with_modality(contexts)

    @property
    def model_aliases(self) -> tuple[str, ...]:
        """Return the one model."""
        return (self.model_alias,)

    def problems(self, columns: Mapping[str, Column]) -> Iterator[Problem]:
        """Yield the shown columns that do not exist."""
        yield from context_problems(self.name, self.multi_modal_context, columns)

    def compile(self) -> Image:
        """Return the column as the engine reads it."""
        return Image(
            name=self.name,
            rng_name=self.rng_name,
            prompt=self.prompt,
            model_alias=self.model_alias,
            multi_modal_context=tuple(context.compile() for context in self.multi_modal_context or ()),
        )
