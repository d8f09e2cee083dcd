"""What every column that asks a chat model has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pydantic import Field, field_validator

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.media import AnyMediaContext, context_problems, with_modality
from resyn.config.names import TraceType, Word
from resyn.config.problem import Problem
from resyn.config.written import Name, Whole
from resyn.spec import Column


class LLMColumnConfig(SingleColumnConfig):
    """Hold the keys of a conversation with a model."""

    template_fields: ClassVar[tuple[str, ...]] = ("prompt", "system_prompt")

    prompt: Name
    """What the model is asked: a Jinja text that can name other columns."""
    model_alias: Name
    """Which of `model_configs` is asked."""
    system_prompt: str | None = None
    """What the model is told beforehand: a Jinja text, too."""
    max_conversation_restarts: Whole = Field(default=2, ge=0)
    """How often a new conversation is begun after an answer that cannot be used."""
    multi_modal_context: list[AnyMediaContext] | None = None
    """Columns whose images, sounds or films the model is shown."""
    tool_alias: str | None = None
    """Which of `tool_configs` the model may call."""
    with_trace: Word[TraceType] = "none"
    """Keep the model's message, or the whole conversation, in a column `<name>__trace`."""
    extract_reasoning_content: bool = False
    """Keep the model's reasoning in a column `<name>__reasoning_content`."""

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

    @property
    def chat(self) -> dict[str, Any]:
        """Return the members that the specs of all these columns have."""
        return {
            "name": self.name,
            "rng_name": self.rng_name,
            "model_alias": self.model_alias,
            "prompt": self.prompt,
            "system_prompt": self.system_prompt or "",
            "max_conversation_restarts": self.max_conversation_restarts,
            "multi_modal_context": tuple(context.compile() for context in self.multi_modal_context or ()),
            "with_trace": "" if self.with_trace == "none" else self.with_trace,
            "extract_reasoning_content": self.extract_reasoning_content or None,
            "tool_alias": self.tool_alias or "",
        }
