"""`resyn status`: how far the dataset is, and what `dvc repro` would do. Asks neither DVC nor a model, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from resyn.dvc.locks import find_stale, was_read
from resyn.plan.changes import Changes
from resyn.plan.compile import Plan
from resyn.plan.plan import compare
from resyn.plan.prices import priced
from resyn.project import Project
from resyn.store.location import state_dir
from resyn.store.locks import locks_dir
from resyn.store.rejects import count_rejects
from resyn.store.spend import Amount, dollars, read_spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Say how far the dataset that the config asks for is, planned or not."""

    fingerprint: str
    finished: tuple[str, ...]
    open: tuple[str, ...]
    """Batches begun under this identity and not finished: being made, or interrupted."""
    to_do: tuple[str, ...]
    answers: int
    """Answers in the response store, of whatever dataset."""
    rejected: int
    """Rows that could not be made under this identity; `.resyn/rejects` has their last answers."""
    spent: Mapping[str, Amount]
    """What the dataset has cost so far, by `provider/model`."""
    dollars: float | None
    """The same in dollars; None where a price is not known."""
    next: tuple[str, ...]
    """What `dvc repro` would do, a sentence each."""


def status(project: Project) -> Status:
    """Return how far the dataset is.

    Raises:
        ConfigError: something a person wrote cannot be used.
    """
    plan, changes, loaded = compare(project)
    stale = find_stale(project, plan.fingerprint, plan.batches)
    state = state_dir(project.root)
    spent = read_spent(state / "spend.sqlite", loaded.program.name)
    begun = {key for key in stale if _was_begun(locks_dir(state, project.root) / f"{key}.lock", project.generation)}
    to_make = set(stale)
    if changes.fingerprint != changes.earlier_fingerprint:
        begun = set()
    return Status(
        fingerprint=plan.fingerprint,
        finished=tuple(key for key in plan.batches if key not in to_make),
        open=tuple(key for key in stale if key in begun),
        to_do=tuple(key for key in stale if key not in begun),
        answers=_count_answers(state),
        rejected=count_rejects(state, plan.fingerprint),
        spent=spent,
        dollars=dollars(spent, priced(loaded.runtime, loaded.program.models.values()).prices),
        next=tuple(_next(changes, stale, exported=is_exported(project, plan))),
    )


def _next(changes: Changes, stale: Sequence[str], *, exported: bool) -> Iterator[str]:
    if not changes.earlier_fingerprint:
        yield "It makes the plan."
    elif changes.earlier_fingerprint != changes.fingerprint:
        yield "It plans anew: the config describes other rows now."
    elif changes.steps:
        yield "It brings the plan up to date: the config describes the same rows."
    if changes.removed:
        yield f"It takes {_batches(changes.removed)} out of the plan and stops; a second `dvc repro` goes on."
    if stale:
        yield f"It makes {_batches(stale)}, or restores them from DVC's cache; no stored answer is asked for again."
    if stale or not exported:
        yield "It exports the dataset and writes the report."
    elif not changes.steps:
        yield "It has nothing to do."


def _batches(keys: Sequence[str]) -> str:
    names = ", ".join(keys) if len(keys) <= 4 else f"{keys[0]} … {keys[-1]}"
    return f"batch {names}" if len(keys) == 1 else f"{len(keys)} batches ({names})"


def _was_begun(lock: Path, generation: Path) -> bool:
    # A batch's lock file is written when its making begins, and the compiled program only when the identity changes.
    with suppress(OSError):
        return lock.stat().st_mtime_ns >= generation.stat().st_mtime_ns
    return False


def _count_answers(state: Path) -> int:
    path = state / "responses.sqlite"
    if not path.exists():
        return 0
    from resyn.store.responses import Responses

    with closing(Responses(path)) as responses:
        return responses.count()


def is_exported(project: Project, plan: Plan) -> bool:
    """Say whether the dataset and its metrics are those of the plan, once no batch is stale."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        numbers = json.loads(project.metrics.read_bytes())
        rows = sum(map(len, plan.batches.values()))
        same_rows = numbers["fingerprint"] == plan.fingerprint and numbers["rows"] + numbers["missing"] == rows
        return same_rows and project.dataset.is_dir() and was_read(project, "export", project.export, plan.export)
    return False
