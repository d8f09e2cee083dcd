"""The `llm-text` column: what a model answers to a prompt."""

from __future__ import annotations

from typing import Literal

from resyn.config.columns.llm import LLMColumnConfig
from resyn.spec.columns.llm_text import LLMText


class LLMTextColumnConfig(LLMColumnConfig):
    """A text that a model writes."""

    column_type: Literal["llm-text"] = "llm-text"

    def compile(self) -> LLMText:
        """Return the column as the engine reads it."""
        return LLMText(**self.chat)
