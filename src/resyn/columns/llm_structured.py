"""The `llm-structured` column: an answer that fits a JSON Schema, as real structs and lists."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
import pyarrow as pa

from resyn.columns.conversation import Conversation
from resyn.columns.json_answer import JSONAnswer, Unfit
from resyn.columns.prompt import Prompt
from resyn.columns.protocol import Cell, CellFailed
from resyn.columns.refusal import answered
from resyn.models.completion import Completion
from resyn.models.reading import read_answer
from resyn.models.request import Answer, Correction, Request
from resyn.spec import Program
from resyn.spec.columns.llm_structured import LLMStructured


class LLMStructuredColumn:
    """Ask for JSON; show the model what is wrong with its answer; begin again; give up."""

    def __init__(self, spec: LLMStructured, program: Program) -> None:
        prompt = Prompt(spec.name, spec.prompt, spec.system_prompt, program)
        schema = orjson.loads(spec.output_format)
        self._conversation = Conversation(spec, spec.model_alias, prompt, program, schema)
        self._restarts = 0 if self._conversation.greedy else spec.max_conversation_restarts
        self._corrections = spec.max_conversation_correction_steps
        self._answer = JSONAnswer(schema)
        self._schema = spec.output_format
        self.arrow_type: pa.DataType = self._answer.arrow_type

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:
        """Return the cell of a row.

        Raises:
            CellFailed: the request was refused, or no answer fitted the schema within the limits.
        """
        problem = ""
        for restart in range(self._restarts + 1):
            request = self._conversation.begin(row, attempt, restart, values)
            for turn in range(self._corrections + 1):
                answer = yield request
                completion = read_answer(request.provider_type, answered(answer).body)
                try:
                    return self._answer.parse(completion)
                except Unfit as error:
                    problem = str(error)
                    request = self._correct(request, answer, completion, problem, turn + 1)
        raise CellFailed(f"no answer fitted `output_format`: {problem}")

    def _correct(self, request: Request, answer: Answer, completion: Completion, problem: str, turn: int) -> Request:
        words = f"That answer cannot be used: {problem}. Answer again, with nothing but JSON that fits this schema:\n{self._schema}"
        return replace(
            request,
            messages=(*request.messages, {"role": "assistant", "content": completion.text}, {"role": "user", "content": words}),
            corrects=Correction(key=request.key, answer=hashlib.sha256(answer.body).digest(), turn=turn),
        )


def build(column: LLMStructured, program: Program) -> LLMStructuredColumn:
    """Return the code of an llm-structured column."""
    return LLMStructuredColumn(column, program)
