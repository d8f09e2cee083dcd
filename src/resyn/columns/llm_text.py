"""The `llm-text` column: what a model answers to a prompt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from resyn.columns.conversation import Conversation
from resyn.columns.prompt import Prompt
from resyn.columns.protocol import Cell, CellFailed
from resyn.columns.refusal import answered
from resyn.models.reading import read_answer
from resyn.spec import Program
from resyn.spec.columns.llm_text import LLMText


class LLMTextColumn:
    """Ask once; ask again only for an answer that is empty."""

    arrow_type = pa.string()

    def __init__(self, spec: LLMText, program: Program) -> None:
        prompt = Prompt(spec.name, spec.prompt, spec.system_prompt, program)
        self._conversation = Conversation(spec, spec.model_alias, prompt, program)
        self._restarts = 0 if self._conversation.greedy else spec.max_conversation_restarts

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:
        """Return the cell of a row.

        Raises:
            CellFailed: the request was refused, or every answer was empty.
        """
        for restart in range(self._restarts + 1):
            request = self._conversation.begin(row, attempt, restart, values)
            answer = yield request
            if text := read_answer(request.provider_type, answered(answer).body).text.strip():
                return text
        raise CellFailed("the model answered with nothing")


def build(column: LLMText, program: Program) -> LLMTextColumn:
    """Return the code of an llm-text column."""
    return LLMTextColumn(column, program)
