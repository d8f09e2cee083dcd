"""The `llm-structured` column: an answer that fits a JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.program import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMStructured(Column):
    """Ask the model `model_alias` for JSON that fits `output_format`."""

    column_type: ClassVar[str] = "llm-structured"

    model_alias: str
    prompt: str
    output_format: str
    """The JSON Schema as JSON text: the order of its properties is the order a model writes them in, and canonical JSON has none."""
    system_prompt: str = ""
    max_conversation_restarts: int = 2
    max_conversation_correction_steps: int = 1

    @property
    def templates(self) -> tuple[str, ...]:
        """Return the Jinja texts of both prompts."""
        return (self.prompt, self.system_prompt) if self.system_prompt else (self.prompt,)
