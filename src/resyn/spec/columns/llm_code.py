"""The `llm-code` column: code that a model writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.conversation import ChatColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMCode(ChatColumn):
    """Keep the fenced block of the answer; `code_lang` is a language, or `sql:` and a dialect."""

    column_type: ClassVar[str] = "llm-code"

    code_lang: str
