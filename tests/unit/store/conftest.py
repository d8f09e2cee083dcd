"""Answers to store."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

import pytest

from resyn.models.request import Answer, Status

MakeAnswer = Callable[[int], Answer]


def _answer(number: int) -> Answer:
    return Answer(
        key=hashlib.sha256(str(number).encode()).digest(),
        status=Status.REFUSED if number % 7 == 3 else Status.ANSWERED,
        body=random.Random(number).randbytes(100 + number % 300),  # noqa: S311 - any bytes will do
        input_tokens=number,
        output_tokens=number % 50,
        retries=number % 3,
        latency_ms=700 + number,
        answered_at=1_764_000_000_000 + number,
    )


@pytest.fixture
def make_answer() -> MakeAnswer:
    """Return a function from a number to an answer, always the same one."""
    return _answer
