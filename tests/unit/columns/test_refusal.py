"""Telling an answer from a refusal."""

from __future__ import annotations

import pytest

from resyn.columns.protocol import CellFailed
from resyn.columns.refusal import answered
from resyn.models.request import Answer, Status


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": "against the\\n policy"}}', "against the policy"),
        (b"<html>\n no", "<html> no"),
        (b"500 Internal Server Error", "500 Internal Server Error"),
        (b"", ""),
    ],
)
def test_a_refusal_is_said_in_the_endpoint_s_words(body: bytes, words: str) -> None:
    """And not in its JSON."""
    with pytest.raises(CellFailed) as raised:
        answered(Answer(key=b"k", status=Status.REFUSED, body=body))
    assert raised.value.message == f"the request was refused: {words}"


def test_an_answer_is_returned_as_it_is() -> None:
    """Whatever it says."""
    answer = Answer(key=b"k", status=Status.ANSWERED, body=b"{}")
    assert answered(answer) is answer
