"""Answers in the traces that are here: stored before stages that run again replace the files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from resyn.dvc.locks import recorded_hashes
from resyn.dvc.run_cache import cache_dir
from resyn.plan.carry import carry_answers
from resyn.project import Project
from resyn.store.location import state_dir


def inputs_dir(project: Project, fingerprint: str) -> Path:
    """Return the folder that keeps what a plan was made of; it is there for those that were made here."""
    return state_dir(project.root) / "plans" / fingerprint


def keep_answers(project: Project, edited: Mapping[str, str], notice: Callable[[str], None]) -> None:
    """Store the answers of data/traces, those of `edited` columns (name → new schema) under the requests of their new schemas, too.

    Raises:
        ResynError: the store cannot be written.
    """
    if project.traces.is_dir():
        _store(project, (), edited, notice)


def keep_answers_of_others(project: Project, key: str, fingerprint: str, notice: Callable[[str], None]) -> None:
    """Store the answers of data/traces under a plan that came with a commit: DVC skips its plan stage, which would have done so.

    DVC has removed the trace of the batch whose stage runs; the one that its lock names is taken from DVC's cache.

    Raises:
        ResynError: the store cannot be written.
    """
    if inputs_dir(project, fingerprint).exists() or os.environ.get("RESYN_REGENERATE") == "1":
        return
    _store(project, [*_removed_trace(project, key)], {}, notice)


def _removed_trace(project: Project, key: str) -> Iterator[Path]:
    name = project.trace(key).relative_to(project.root).as_posix()
    if md5 := recorded_hashes(project.shard(key) / "dvc.lock", key).get(name):
        path = cache_dir(project.root) / "files/md5" / md5[:2] / md5[2:]
        if path.is_file():
            yield path


def _store(project: Project, others: Sequence[Path], edited: Mapping[str, str], notice: Callable[[str], None]) -> None:
    from resyn.store.responses import Responses
    from resyn.store.traces import import_traces

    with closing(Responses(state_dir(project.root) / "responses.sqlite", notify=notice)) as responses:
        imported = import_traces(project.traces, responses, others)
        carried = carry_answers(project, edited, responses) if edited else 0
    if carried:
        notice(f"{carried} answers fit the edited schema of {', '.join(edited)}: they are not asked for again")
    for path in imported.torn:
        notice(f"{path} is not whole: the answers before the damage are kept")
