"""Answers as rows of the response store, with a checksum each: SQLite notices damage to its own structure only."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from resyn.models.request import Answer, Status
from resyn.store.database import Damaged

COLUMNS = "key, status, body, input_tokens, output_tokens, retries, latency_ms, answered_at, checksum"
_VALUES = "(?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT = f"INSERT OR IGNORE INTO answers ({COLUMNS}) VALUES {_VALUES}"  # noqa: S608 - constants
SELECT = f"SELECT {COLUMNS} FROM answers"  # noqa: S608 - constants


def insert_many(count: int) -> str:
    """Return the statement that inserts so many answers, given their rows one after the other."""
    return f"{INSERT}{', '.join(['', *[_VALUES] * (count - 1)])}"


def to_row(answer: Answer) -> tuple[Any, ...]:
    """Return the values of `COLUMNS`."""
    numbers = (answer.input_tokens, answer.output_tokens, answer.retries, answer.latency_ms, answer.answered_at)
    return (answer.key, str(answer.status), answer.body, *numbers, _checksum(answer))


def from_row(row: Sequence[Any]) -> Answer:
    """Return the answer that the values of `COLUMNS` are.

    Raises:
        Damaged: they are not what was stored.
    """
    key, status, body, input_tokens, output_tokens, retries, latency_ms, answered_at, checksum = row
    try:
        answer = Answer(
            key=key,
            status=Status(status),
            body=body,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            retries=retries,
            latency_ms=latency_ms,
            answered_at=answered_at,
        )
        whole = _checksum(answer) == checksum
    except (TypeError, ValueError) as error:  # a flipped byte can make any value one of another type
        raise Damaged("an answer is not readable") from error
    if not whole:
        raise Damaged("an answer is not what was stored")
    return answer


def _checksum(answer: Answer) -> int:
    # SQLite notices damage to its own structure only; a flipped byte inside a body would otherwise become a row of the dataset.
    numbers = (answer.input_tokens, answer.output_tokens, answer.retries, answer.latency_ms, answer.answered_at)
    return zlib.crc32(answer.body, zlib.crc32(answer.key + f"{answer.status}{numbers}".encode()))
