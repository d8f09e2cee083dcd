"""Custom columns whose function asks models as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from resyn.columns.custom_values import CustomValues, Item
from resyn.columns.protocol import Cell, CellFailed, Work
from resyn.columns.refusal import answered
from resyn.columns.settings import Settings
from resyn.models.reading import read_answer
from resyn.models.request import Answer, Request, Status
from resyn.plugins.call import RowFailed
from resyn.plugins.dialogue import Dialogue, Question, Returned
from resyn.rng import request_seed
from resyn.spec import Program


class AskingColumn:
    """Call a function that asks models: each of its questions is a request like any other, stored and traced."""

    def __init__(self, values: CustomValues, program: Program) -> None:
        self._values, self._program, self.arrow_type = values, program, values.arrow_type
        name = values.spec.random_name
        self._settings = {alias: Settings(program.models[alias], program, name) for alias in values.spec.model_aliases}

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:
        """Return the cell of a row.

        Raises:
            CellFailed: the function said that the row cannot be made this way.
        """
        spec = self._values.spec
        item = Item(row, attempt, {name: values[name] for name in spec.reads})
        dialogue = Dialogue(self._values.function, self._values.arguments(item), spec.model_aliases)
        try:
            step = yield Work(self._resume, (dialogue, None, None))
            while isinstance(step, Question):
                request = self._request(step, row, attempt)
                answer = yield request
                step = yield Work(self._resume, (dialogue, step, _text(request, answer)))
            return self._values.value(item, step.value)
        finally:
            dialogue.abandon()

    async def _resume(self, items: Sequence[tuple[Dialogue, Question | None, Any]]) -> list[Any]:
        return await asyncio.gather(*(self._one(*item) for item in items))

    async def _one(self, dialogue: Dialogue, question: Question | None, answer: Any) -> Question | Returned:
        try:
            following = asyncio.wrap_future(dialogue.resume(question, answer))
            return await asyncio.wait_for(following, self._values.function.timeout)
        except TimeoutError:
            return Returned(self._values.function.hung())

    def _request(self, question: Question, row: int, attempt: int) -> Request:
        model = self._program.models[question.alias]
        return Request(
            alias=question.alias,
            provider=model.provider,
            provider_type=model.provider_type,
            model=model.model,
            messages=question.messages,
            parameters=self._settings[question.alias].draw(row, attempt, question.number),
            seed=request_seed(self._program, self._values.spec.random_name, row, attempt, question.number),
            attempt=attempt,
            restart=question.number,
            extra_body=model.extra_body,
        )


def _text(request: Request, answer: Answer) -> Any:
    if answer.status is Status.REFUSED:
        try:
            answered(answer)
        except CellFailed as error:
            return RowFailed(error.message)
    return read_answer(request.provider_type, answer.body).text
