"""Tell an answer from the record that a request was refused for good."""

from __future__ import annotations

from resyn.columns.protocol import CellFailed
from resyn.models.request import Answer, Status


def answered(answer: Answer) -> Answer:
    """Return `answer` when the model answered.

    Raises:
        CellFailed: the request was refused for good; quotes the beginning of the endpoint's words.
    """
    if answer.status is Status.REFUSED:
        words = answer.body[:200].decode(errors="replace").replace("\n", " ")
        raise CellFailed(f"the request was refused: {words}")
    return answer
