"""The `llm-text` column: what a model answers to a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.program import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMText(Column):
    """Ask the model `model_alias` the rendered prompt."""

    column_type: ClassVar[str] = "llm-text"

    model_alias: str
    prompt: str
    system_prompt: str = ""
    max_conversation_restarts: int = 2

    @property
    def templates(self) -> tuple[str, ...]:
        """Return the Jinja texts of both prompts."""
        return (self.prompt, self.system_prompt) if self.system_prompt else (self.prompt,)
