"""The `llm-text` column: what a model answers to a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.conversation import ChatColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMText(ChatColumn):
    """Keep the words of the answer."""

    column_type: ClassVar[str] = "llm-text"
