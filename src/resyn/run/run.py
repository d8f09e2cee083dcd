"""`resyn run`: plan, make the rows of all stale batches in one process, then let DVC record them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from resyn.dvc.locks import find_stale, is_recorded
from resyn.dvc.misrecorded import find_misrecorded, take_back
from resyn.dvc.repository import require_project
from resyn.dvc.repro import repro
from resyn.dvc.run_cache import restorable
from resyn.engine.stage import Staged, stage
from resyn.errors import EndpointDown, MissingRows, Stopped
from resyn.plan.plan import plan
from resyn.plan.section import read_fingerprint
from resyn.project import Project
from resyn.resuming.resume import resume
from resyn.run.choice import choose
from resyn.run.options import Run
from resyn.spec.files import read_ranges
from resyn.store.location import state_dir
from resyn.store.locks import hold, locks_dir
from resyn.store.staged import is_staged, remove

_STAGES_A_COMMAND = 500
"""A command line holds a few thousand names; DVC takes a second to start."""
_RECORDED_FIRST = (Stopped, EndpointDown, MissingRows)
"""Errors after which what was finished is recorded before they are raised; others a person wants to hear of at once."""


def run(project: Project, wanted: Run, notice: Callable[[str], None]) -> None:
    """Bring the dataset up to what the config asks for, or as far as `wanted.bounds` say.

    Raises:
        Stopped: batches are left to make: the bounds, the budget or the clock ended the run; the hint is the command that goes on.
        Interrupted: SIGINT or SIGTERM came; finished batches are staged, and the next run adopts them.
        ResynError: something failed; every answer and every finished batch is kept.
    """
    require_project(project)
    with hold(locks_dir(state_dir(project.root), project.root) / "run.lock", wait=0):
        if resume(project, wanted.resume, notice):
            plan(project, notice)
            _carry_out(project, wanted, notice)
        else:
            choose((), read_ranges(project.ranges), wanted.bounds)  # a key that is none is a mistake, whatever is there
            repro(project.root, show=notice)  # a person's own stages may have something to do


def _carry_out(project: Project, wanted: Run, notice: Callable[[str], None]) -> None:
    fingerprint, ranges = read_fingerprint(project.params), read_ranges(project.ranges)
    _take_back(project, fingerprint, ranges, notice)
    chosen = choose(find_stale(project, fingerprint, ranges), ranges, wanted.bounds)
    missing = {key: ranges[key] for key in _find_missing(project, fingerprint, {key: ranges[key] for key in chosen})}
    made = stage(project, missing, wanted.orders) if missing else Staged()
    if made.error is not None and not isinstance(made.error, _RECORDED_FIRST):
        raise made.error
    if wanted.bounds.is_set or made.error is not None:
        unmade = missing.keys() - {batch.key for batch in made.batches}
        _record(project, [key for key in chosen if key not in unmade], notice)
    else:
        repro(project.root, show=notice)
    left = find_stale(project, fingerprint, ranges)
    _clear(project, fingerprint, {key: rows for key, rows in ranges.items() if key not in set(left)})
    if made.error is not None:
        raise made.error
    if left and wanted.bounds.is_set:
        raise Stopped(f"{len(ranges) - len(left)} of {len(ranges)} batches are finished", hint="run `resyn run` to make the others")


def _take_back(project: Project, fingerprint: str, ranges: Mapping[str, range], notice: Callable[[str], None]) -> None:
    """Have batches made that another plan made: `dvc commit` records whatever is there, and DVC then runs no stage that would look."""
    if keys := find_misrecorded(project, fingerprint, ranges):
        notice(f"{', '.join(keys)}: made under another plan than the one DVC recorded; the record is taken back")
        take_back(project, project.generation.read_bytes(), fingerprint, {key: ranges[key] for key in keys})


def _find_missing(project: Project, fingerprint: str, chosen: Mapping[str, range]) -> Sequence[str]:
    """Return the keys of batches whose rows have to be made: neither DVC's cache nor an earlier run has them.

    One that was recorded and whose files are gone is left to its stage, which replays it, or says that `dvc pull` is what is missing.
    """
    state = state_dir(project.root)
    kept = restorable(project, project.generation.read_bytes(), fingerprint, chosen)
    is_free = os.environ.get("RESYN_REGENERATE") != "1"
    return [
        key
        for key, rows in chosen.items()
        if key not in kept and not is_staged(state, fingerprint, rows) and not (is_free and is_recorded(project, key, fingerprint, rows))
    ]


def _record(project: Project, keys: Sequence[str], notice: Callable[[str], None]) -> None:
    """Have DVC run the stages of these batches, which adopt what is staged."""
    for start in range(0, len(keys), _STAGES_A_COMMAND):
        stages = [project.stage(key) for key in keys[start : start + _STAGES_A_COMMAND]]
        repro(project.root, stages, single=True, show=notice)


def _clear(project: Project, fingerprint: str, recorded: Mapping[str, range]) -> None:
    """Remove what was staged of batches that DVC has recorded."""
    for rows in recorded.values():
        remove(state_dir(project.root), fingerprint, rows)
