"""Look at what an earlier run left; writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from resyn.dvc.locks import Entry, find_edited, find_stale, is_as_recorded, read_entries
from resyn.errors import ConfigError
from resyn.plan.changes import Changes
from resyn.plan.compile import Plan
from resyn.plan.plan import compare
from resyn.plan.section import read_section
from resyn.plan.status import is_exported
from resyn.project import Project
from resyn.resume import Identity, OnDisk, differences
from resyn.spec import FINGERPRINT_VERSION
from resyn.spec.files import read_ranges
from resyn.store.batches import is_whole, read_identity
from resyn.store.location import state_dir
from resyn.store.responses import Responses
from resyn.store.staged import is_staged


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Name the files of a batch that was made and not recorded, and the batch of the plan that they are."""

    found: str
    """The key they are under."""
    key: str
    rows: range
    missing: int
    answers: int


@dataclass(frozen=True, slots=True)
class Survey:
    """Hold what was found, with what carrying it out needs."""

    disk: OnDisk
    plan: Plan
    fits: tuple[Fit, ...]


def survey(project: Project, notice: Callable[[str], None]) -> Survey:
    """Return what is on disk beside the plan of what a person wrote.

    A damaged response store is set aside on the way, and said.

    Raises:
        ConfigError: the plan or what a person wrote cannot be read; names file and line.
    """
    old = _read_generation(project)
    plan, changes, _ = compare(project)
    state = state_dir(project.root)
    fingerprint, scheme = read_section(project.params)
    scheme = old.get("fingerprint_version", scheme) if old else scheme
    finished = _finished(project, changes.earlier_fingerprint or fingerprint)
    fits, unfitting = _unrecorded(project, plan, changes.earlier_fingerprint or fingerprint)
    stale = find_stale(project, plan.fingerprint, plan.batches)
    edited = find_edited(project, [key for key in plan.batches if key not in set(stale)])
    disk = OnDisk(
        identity=_identity(changes, fingerprint, scheme, plan.fingerprint),
        scheme=scheme,
        finished=len(finished),
        finished_rows=sum(map(len, finished.values())),
        answers=_answers(state / "responses.sqlite", notice),
        is_complete=not (stale or changes.steps or edited) and is_exported(project, plan),
        edited=edited,
        fitting=tuple(fit.key for fit in fits),
        unfitting=unfitting,
        changed=differences(old, json.loads(plan.generation)) if old else (),
    )
    return Survey(disk, plan, fits)


def _read_generation(project: Project) -> dict[str, Any]:
    try:
        found = json.loads(project.generation.read_bytes())
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError as error:
        hint = "delete it or take it from git, then run `resyn plan`"
        raise ConfigError(f"this plan cannot be read: {error.msg}", file=project.generation, line=error.lineno, hint=hint) from error
    except ValueError as error:
        raise ConfigError(
            f"this plan cannot be read: {error}", file=project.generation, line=1, hint="delete it, then run `resyn plan`"
        ) from error
    return found if isinstance(found, dict) else {}


def _identity(changes: Changes, named: str, scheme: int, asked: str) -> Identity:
    before = changes.earlier_fingerprint or named
    if not before:
        return Identity.NONE
    if scheme != FINGERPRINT_VERSION:
        return Identity.UNKNOWN
    return Identity.SAME if before == asked else Identity.OTHER


def _finished(project: Project, fingerprint: str) -> dict[str, range]:
    """Return the batches of the plan on disk that are recorded with their files here, or staged."""
    try:
        ranges = read_ranges(project.ranges)
    except ConfigError:
        return {}
    if not fingerprint:
        return {}
    stale, state = set(find_stale(project, fingerprint, ranges)), state_dir(project.root)
    return {key: rows for key, rows in ranges.items() if key not in stale or is_staged(state, fingerprint, rows)}


def _unrecorded(project: Project, plan: Plan, earlier: str) -> tuple[tuple[Fit, ...], int]:
    """Return the batches that DVC did not record and that fit the plan, and the number of files that do not."""
    planned = {(rows.start, rows.stop): key for key, rows in plan.batches.items()}
    fits, unfitting = [], 0
    for path in sorted(project.batches.glob("b[0-9][0-9][0-9][0-9][0-9].parquet")) if project.batches.is_dir() else []:
        entry = read_entries(project.shard(path.stem) / "dvc.lock").get(path.stem)
        if is_as_recorded(project, path.stem) and entry is not None and entry.fingerprint in {earlier, plan.fingerprint}:
            continue
        rows, turns = read_identity(path), read_identity(project.trace(path.stem))
        if rows is None or entry == Entry(plan.fingerprint, rows.rows):
            continue  # torn, or edited by hand: `find_edited` tells, and its stage makes it again
        key = planned.get((rows.rows.start, rows.rows.stop))
        is_asked = rows.fingerprint == plan.fingerprint
        if is_asked and key and turns and turns.rows == rows.rows and is_whole(path) and is_whole(project.trace(path.stem)):
            fits.append(Fit(found=path.stem, key=key, rows=rows.rows, missing=len(rows.rows) - rows.count, answers=turns.count))
        else:
            unfitting += 1
    return tuple(fits), unfitting


def _answers(path: Any, notice: Callable[[str], None]) -> int:
    if not path.exists():
        return 0
    with closing(Responses(path, notify=notice)) as responses:
        return responses.count()
