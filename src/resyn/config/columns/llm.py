"""What every column that asks a chat model has."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.written import Name, NotYet, Whole


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
    multi_modal_context: NotYet = None
    """Data Designer's images, sound and video in prompts; not supported yet."""
    tool_alias: NotYet = None
    """Data Designer's tools for models; not supported yet."""
    with_trace: Literal["none"] = "none"
    """Data Designer's trace columns; not supported yet (data/traces holds every answer)."""
    extract_reasoning_content: Literal[False] = False
    """Data Designer's column of the model's reasoning; not supported yet."""

    @property
    def model_aliases(self) -> tuple[str, ...]:
        """Return the one model."""
        return (self.model_alias,)
