"""The `llm-structured` column: an answer that fits a JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.conversation import ChatColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMStructured(ChatColumn):
    """Keep the answer's JSON, which fits `output_format`."""

    column_type: ClassVar[str] = "llm-structured"

    output_format: str
    """The JSON Schema as JSON text: the order of its properties is the order a model writes them in, and canonical JSON has none."""
    max_conversation_correction_steps: int = 1
