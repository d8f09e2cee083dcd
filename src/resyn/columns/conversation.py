"""Conversations with a chat model: the course that is the same for every column that asks one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from resyn.columns.aside import REASONING, TRACE, aside
from resyn.columns.media import Media
from resyn.columns.prompt import Prompt
from resyn.columns.protocol import Cell, CellFailed
from resyn.columns.refusal import answered
from resyn.columns.settings import Settings
from resyn.columns.tools import Tools, asked
from resyn.models.completion import Completion
from resyn.models.reading import read_answer
from resyn.models.request import Answer, Correction, Request
from resyn.rng import request_seed
from resyn.spec import Program
from resyn.spec.conversation import ChatColumn


class Unfit(ValueError):
    """An answer that cannot become a value; the message is for the model as much as for a person."""


class Reading(Protocol):
    """Say what a column type wants of a model, and take it out of an answer."""

    @property
    def arrow_type(self) -> pa.DataType:
        """Return the type of the values."""

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """Return the JSON Schema that answers must fit, in the provider's native way where it has one."""

    @property
    def instructions(self) -> str:
        """Return what is said below the prompt; "" is nothing."""

    @property
    def wanted(self) -> str:
        """Return what a model is asked for once more whose answer was unfit: "Answer again, with …"."""

    def parse(self, completion: Completion) -> Any:
        """Return the value in an answer.

        Raises:
            Unfit: there is none.
        """


class Conversation:
    """Ask; show the model what is wrong with its answer; begin again; give up."""

    def __init__(self, spec: ChatColumn, program: Program, reading: Reading, root: Path) -> None:
        model = program.models[spec.model_alias]
        self._spec, self._program, self._reading = spec, program, reading
        self._prompt = Prompt(spec.name, spec.prompt, spec.system_prompt, program, reading.instructions)
        self._media = Media(spec.name, spec.multi_modal_context, root)
        self._settings = Settings(model, program, spec.random_name)
        self._restarts = 0 if model.temperature == 0 else spec.max_conversation_restarts  # at 0 a model repeats itself
        self._corrections: int = getattr(spec, "max_conversation_correction_steps", 0)
        self._fixed: dict[str, Any] = {
            "alias": spec.model_alias,
            "provider": model.provider,
            "provider_type": model.provider_type,
            "model": model.model,
            "extra_body": model.extra_body,
            "schema": reading.schema,
        }
        self._tools = Tools(spec.name, program.tools[spec.tool_alias], program) if spec.tool_alias else None
        self.arrow_type = self._type()

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:
        """Return the cell of a row.

        Raises:
            CellFailed: the request was refused, or no answer could be used within the limits.
            ResynError: a template fails on these values.
        """
        problem = ""
        for restart in range(self._restarts + 1):
            request = self._begin(row, attempt, restart, values)
            for turn in range(self._corrections + 1):
                request, answer = yield from (self._tools.talk(request) if self._tools else asked(request))
                completion = read_answer(request.provider_type, answered(answer).body)
                try:
                    return self._made(self._reading.parse(completion), request, completion)
                except Unfit as error:
                    problem = str(error)
                    request = self._correct(request, answer, completion, problem, turn + 1)
        raise CellFailed(f"no answer could be used: {problem}")

    def _begin(self, row: int, attempt: int, restart: int, values: Mapping[str, Any]) -> Request:
        return Request(
            **self._fixed,
            messages=self._media.shown(self._prompt.messages(row, values, attempt), row, values),
            parameters=self._settings.draw(row, attempt, restart),
            seed=request_seed(self._program, self._spec.random_name, row, attempt, restart),
            attempt=attempt,
            restart=restart,
        )

    def _correct(self, request: Request, answer: Answer, completion: Completion, problem: str, turn: int) -> Request:
        words = f"That answer cannot be used: {problem}. Answer again, with {self._reading.wanted}"
        return replace(
            request,
            messages=(*request.messages, {"role": "assistant", "content": completion.text}, {"role": "user", "content": words}),
            corrects=Correction(key=request.key, answer=hashlib.sha256(answer.body).digest(), turn=turn),
        )

    def _type(self) -> pa.DataType:
        """Return the type of the value, or of it and what is kept beside it."""
        if self._spec.outputs == (self._spec.name,):
            return self._reading.arrow_type
        kept = [TRACE] * bool(self._spec.with_trace) + [REASONING] * bool(self._spec.extract_reasoning_content)
        return pa.struct(list(zip(self._spec.outputs, [self._reading.arrow_type, *kept], strict=True)))

    def _made(self, value: Any, request: Request, completion: Completion) -> Any:
        if self._spec.outputs == (self._spec.name,):
            return value
        return dict(zip(self._spec.outputs, [value, *aside(self._spec, request.messages, completion)], strict=True))
