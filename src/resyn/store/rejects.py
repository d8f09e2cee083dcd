"""Rows that could not be made, with the last answers of models to them: for a person who mends the prompt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from resyn.store import atomic
from resyn.store.traces import Turn


def write_rejects(state: Path, fingerprint: str, rows: range, rejected: Iterable[tuple[int, Mapping[str, str], Iterable[Turn]]]) -> None:
    """Write the rejected rows of a range, a JSON object a line: `row`, `failures` by column, `answers` of the last attempt, raw.

    Those of an earlier run of the range go; where none is rejected, no file is left.
    """
    path = rejects_file(state, fingerprint, rows)
    lines = [json.dumps(_record(*row), ensure_ascii=False) for row in rejected]
    if lines:
        atomic.write(path, "".join(f"{line}\n" for line in lines).encode(errors="replace"))
    else:
        path.unlink(missing_ok=True)


def rejects_file(state: Path, fingerprint: str, rows: range) -> Path:
    """Return where the rejected rows of a range are: `rejects/<64 hex>/<start>-<end>.jsonl`."""
    return state / "rejects" / fingerprint.removeprefix("sha256:") / f"{rows.start}-{rows.stop}.jsonl"


def count_rejects(state: Path, fingerprint: str) -> int:
    """Return how many rows of an identity are rejected now."""
    folder = state / "rejects" / fingerprint.removeprefix("sha256:")
    return sum(path.read_bytes().count(b"\n") for path in folder.glob("*.jsonl"))


def _record(row: int, failures: Mapping[str, str], turns: Iterable[Turn]) -> dict[str, object]:
    turns = list(turns)
    last = max((turn.request.attempt for turn in turns), default=0)
    answers = [
        {"column": turn.column, "status": str(turn.answer.status), "answer": turn.answer.body.decode(errors="replace")}
        for turn in turns
        if turn.request.attempt == last
    ]
    return {"row": row, "attempt": last, "failures": dict(failures), "answers": answers}
