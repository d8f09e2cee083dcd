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
        return LLMText(
            name=self.name,
            rng_name=self.rng_name,
            model_alias=self.model_alias,
            prompt=self.prompt,
            system_prompt=self.system_prompt or "",
            max_conversation_restarts=self.max_conversation_restarts,
        )
