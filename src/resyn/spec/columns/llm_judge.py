"""The `llm-judge` column: scores that a model gives, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.conversation import ChatColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Describe one value of a scale."""

    value: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Describe one scale; its values are whole numbers where all of them can be, else texts."""

    name: str
    description: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMJudge(ChatColumn):
    """Keep `{score: {reasoning, score}}` for each of `scores`."""

    column_type: ClassVar[str] = "llm-judge"

    scores: tuple[Score, ...]
    max_conversation_correction_steps: int = 1
