"""Tell an answer from the record that a request was refused for good."""

from __future__ import annotations

from resyn.columns.protocol import CellFailed
from resyn.models.completion import error_message
from resyn.models.request import Answer, Status


def answered(answer: Answer) -> Answer:
    """Return `answer` when the model answered.

    Raises:
        CellFailed: the request was refused for good; quotes the beginning of the endpoint's words.
    """
    if answer.status is Status.REFUSED:
        words = error_message(answer.body) or " ".join(answer.body[:300].decode(errors="replace").split())
        raise CellFailed(f"the request was refused: {words}")
    return answer
