"""Put a staged batch in its place: no column, no model, no Parquet is looked into. A thousand stages do this, so it imports little."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from resyn.engine.batch_report import BatchReport
from resyn.project import Project
from resyn.store.atomic import remove_leftovers
from resyn.store.location import state_dir
from resyn.store.locks import hold, locks_dir
from resyn.store.staged import NotWhole, Staged, find, place, staged_dir

LOCK_WAIT = 30.0
"""Seconds that the process of a killed `dvc` may take to end itself."""
_SECTION = re.compile(r"^[ \t]+fingerprint: (sha256:[0-9a-f]{64})[ \t]*$", re.MULTILINE)


def adopt(project: Project, key: str, notify: Callable[[str], None]) -> BatchReport | None:
    """Make a batch's two files the staged ones, or return None where it has to be made.

    A plan in any way unusual, and one that changes meanwhile, is left to `generate`, which says what is wrong with it. A staged batch that is not whole is said and ignored.

    Raises:
        ResynError: another process writes this batch, or the files cannot be written.
    """
    began = time.monotonic()
    planned = _planned(project, key)
    if planned is None:
        return None
    fingerprint, rows = planned
    state = state_dir(project.root)
    staged = _find(state, fingerprint, rows, notify)
    if staged is None:
        return None
    with hold(locks_dir(state, project.root) / f"{key}.lock", LOCK_WAIT):
        for source, target in ((staged.rows, project.batch(key)), (staged.traces, project.trace(key))):
            remove_leftovers(target)
            place(source, target)
    if _planned(project, key) != planned:  # DVC records it under the plan that is there now
        return None
    seconds = time.monotonic() - began
    return BatchReport(key=key, rows=rows, missing=staged.missing, answers=staged.answers, seconds=seconds, is_adopted=True)


def _find(state: Path, fingerprint: str, rows: range, notify: Callable[[str], None]) -> Staged | None:
    try:
        return find(state, fingerprint, rows)
    except NotWhole as error:
        notify(f"{staged_dir(state, fingerprint, rows)} is ignored: {error}; the batch is made from the stored answers")
        return None


def _planned(project: Project, key: str) -> tuple[str, range] | None:
    """Return the identity and the rows of a batch, without a parser for YAML or for programs; None where that does not do."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        said = _SECTION.findall(project.params.read_text())
        found = "sha256:" + hashlib.sha256(project.generation.read_bytes()).hexdigest()
        start, stop = json.loads(project.ranges.read_bytes())[key]
        names_files = "data/media" in (project.shard(key) / "dvc.yaml").read_text()  # made again from the stored answers
        if said == [found] and not names_files:
            return found, range(start, stop)
    return None
