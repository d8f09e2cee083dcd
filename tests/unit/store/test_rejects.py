"""Rows that could not be made."""

from __future__ import annotations

import json
from pathlib import Path

from resyn.models.request import Answer, Request, Status
from resyn.store.rejects import count_rejects, rejects_file, write_rejects
from resyn.store.traces import Turn

FINGERPRINT = "sha256:" + "ab" * 32


def turn(row: int, attempt: int, body: bytes) -> Turn:
    """Return an answer to one attempt of a row."""
    request = Request(alias="writer", provider="lab", provider_type="openai", model="fake", seed=1, attempt=attempt)
    return Turn(row=row, column="text", turn=0, request=request, answer=Answer(key=request.key, status=Status.ANSWERED, body=body))


def test_a_rejected_row_is_kept_with_the_answers_of_its_last_attempt(tmp_path: Path) -> None:
    """Raw, whatever bytes they are; earlier attempts are in the store."""
    turns = (turn(7, 0, b"first"), turn(7, 1, b"last \xff"))
    write_rejects(tmp_path, FINGERPRINT, range(20), [(7, {"text": "no answer fitted"}, turns)])
    (line,) = rejects_file(tmp_path, FINGERPRINT, range(20)).read_text().splitlines()
    assert json.loads(line) == {
        "row": 7,
        "attempt": 1,
        "failures": {"text": "no answer fitted"},
        "answers": [{"column": "text", "status": "answered", "answer": "last �"}],
    }
    assert count_rejects(tmp_path, FINGERPRINT) == 1
    assert count_rejects(tmp_path, "sha256:" + "cd" * 32) == 0


def test_a_range_that_comes_out_whole_has_no_rejects_any_more(tmp_path: Path) -> None:
    """The count is of now."""
    write_rejects(tmp_path, FINGERPRINT, range(20), [(7, {"text": "no"}, ())])
    write_rejects(tmp_path, FINGERPRINT, range(20), [])
    assert count_rejects(tmp_path, FINGERPRINT) == 0
