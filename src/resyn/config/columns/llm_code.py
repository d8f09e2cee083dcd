"""The `llm-code` column: code that a model writes."""

from __future__ import annotations

from typing import Literal

from resyn.config.columns.llm import LLMColumnConfig
from resyn.spec.columns.llm_code import LLMCode

# fmt: off
CodeLang = Literal[
    "bash", "c", "cobol", "cpp", "csharp", "go", "java", "javascript", "kotlin", "python", "ruby", "rust", "scala", "swift", "typescript",
    "sql:ansi", "sql:bigquery", "sql:mysql", "sql:postgres", "sql:sqlite", "sql:tsql",
]
# fmt: on


class LLMCodeColumnConfig(LLMColumnConfig):
    """Code that a model writes, taken out of its fenced block."""

    column_type: Literal["llm-code"] = "llm-code"
    code_lang: CodeLang
    """The language, or `sql:` and a dialect."""

    def compile(self) -> LLMCode:
        """Return the column as the engine reads it."""
        return LLMCode(**self.chat, code_lang=self.code_lang)
