"""The `llm-code` column: code that a model writes."""

from __future__ import annotations

from typing import Literal

from resyn.config.columns.llm import LLMColumnConfig
from resyn.config.names import CodeLang, Word
from resyn.spec.columns.llm_code import LLMCode


class LLMCodeColumnConfig(LLMColumnConfig):
    """Code that a model writes, taken out of its fenced block."""

    column_type: Literal["llm-code"] = "llm-code"
    code_lang: Word[CodeLang]
    """The language, or `sql:` and a dialect."""

    def compile(self) -> LLMCode:
        """Return the column as the engine reads it."""
        return LLMCode(**self.chat, code_lang=self.code_lang)
