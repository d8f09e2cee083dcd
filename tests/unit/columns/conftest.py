"""Cells of columns, answered by hand."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from resyn.columns import build_column
from resyn.columns.protocol import CellColumn
from resyn.models.request import Answer, Request, Status
from resyn.spec import Column, Model, Program

Converse = Callable[..., tuple[Any, list[Request]]]


def program_of(*columns: Column, **model: Any) -> Program:
    """Return the program of columns that ask one model."""
    fields: dict[str, Any] = {"provider": "lab", "provider_type": "openai", "model": "fake", "temperature": 0.7}
    return Program(name="tickets", seed=7, draw=0, reference_date="2026-01-01", columns=columns, models={"writer": Model(**fields | model)})


def chat_body(said: str, reason: str = "stop", **message: Any) -> bytes:
    """Return the body of a chat completion."""
    return orjson.dumps({"choices": [{"message": {"role": "assistant", "content": said, **message}, "finish_reason": reason}]})


@pytest.fixture
def converse(tmp_path: Path) -> Converse:
    """Return a function that makes one cell of a column, answers its requests in order, and returns value and requests."""

    def run(
        column: Column, *bodies: bytes | str, values: Mapping[str, Any] | None = None, row: int = 0, **model: Any
    ) -> tuple[Any, list[Request]]:
        built = build_column(column, program_of(column, **model), tmp_path)
        assert isinstance(built, CellColumn)
        cell: Generator[Any, Any, Any] = built.cell(row, 0, values or {})
        asked: list[Request] = []
        waiting = iter(bodies)
        try:
            request = next(cell)
            while True:
                asked.append(request)
                body = next(waiting)
                said = chat_body(body) if isinstance(body, str) else body
                request = cell.send(Answer(key=request.key, status=Status.ANSWERED, body=said))
        except StopIteration as done:
            return done.value, asked

    return run
