"""The first request of a cell's conversation, the same for every column that asks a chat model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resyn.columns.prompt import Prompt
from resyn.models.request import Request
from resyn.rng import request_seed
from resyn.spec import Column, Program


class Conversation:
    """Begin conversations of one column with one model."""

    def __init__(self, column: Column, alias: str, prompt: Prompt, program: Program, schema: Mapping[str, Any] | None = None) -> None:
        model = program.models[alias]
        settings = {"temperature": model.temperature, "top_p": model.top_p, "max_tokens": model.max_tokens}
        self._name, self._prompt, self._program = column.random_name, prompt, program
        self._fixed: dict[str, Any] = {
            "alias": alias,
            "provider": model.provider,
            "provider_type": model.provider_type,
            "model": model.model,
            "parameters": {name: value for name, value in settings.items() if value is not None},
            "extra_body": model.extra_body,
            "schema": schema,
        }
        self.greedy = model.temperature == 0
        """At temperature 0 a model repeats itself: asking again is no use."""

    def begin(self, row: int, attempt: int, restart: int, values: Mapping[str, Any]) -> Request:
        """Return the opening request for a row.

        Raises:
            ResynError: a template fails on these values.
        """
        return Request(
            **self._fixed,
            messages=self._prompt.messages(row, values, attempt),
            seed=request_seed(self._program, self._name, row, attempt, restart),
            attempt=attempt,
            restart=restart,
        )
