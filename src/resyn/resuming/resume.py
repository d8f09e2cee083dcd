"""Carry out what is decided: refuse, start fresh, take what was made before, or say that all is done."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence

from resyn.errors import ConfigError
from resyn.plan.draw import next_draw, set_draw
from resyn.project import Project
from resyn.resume import Action, Asked, OnDisk, ResumeMode, decide
from resyn.resuming.survey import Fit, survey
from resyn.spec import FINGERPRINT_VERSION
from resyn.store.location import state_dir
from resyn.store.staged import ROWS, TRACES, publish, staging


def resume(project: Project, mode: ResumeMode, notice: Callable[[str], None]) -> bool:
    """Do what comes before a run, under the lock of one; return whether there is anything to make.

    Raises:
        ConfigError: `mode` does not allow what is on disk; nothing was touched.
    """
    found = survey(project, notice)
    rows = max((planned.stop for planned in found.plan.batches.values()), default=0)
    decision = decide(found.disk, Asked(mode=mode, rows=rows, scheme=FINGERPRINT_VERSION))
    if decision.action is Action.REFUSE:
        raise ConfigError(decision.say[0], hint=decision.hint)
    for sentence in decision.say:
        notice(sentence)
    if decision.action is Action.FRESH:
        _start_fresh(project, found.disk, notice)
    elif decision.action is Action.RUN:
        _stage(project, found.plan.fingerprint, found.fits)
    return decision.action is not Action.REST


def _start_fresh(project: Project, disk: OnDisk, notice: Callable[[str], None]) -> None:
    """Raise `draw`, the one key of a person's that resyn changes, to one that was never used here."""
    before, after = next_draw(project.params, state_dir(project.root) / "plans")
    set_draw(project.params, after)
    notice(
        f"starting fresh: draw {before} → {after} in params.yaml; {disk.finished} finished batches stay in DVC's cache and"
        f" {disk.answers} answers in the store: `draw: {before}` and `resyn run` bring them back, no model asked"
    )


def _stage(project: Project, fingerprint: str, fits: Sequence[Fit]) -> None:
    """Stage batches that were made and not recorded, before DVC starts and deletes them as outs of stages that never ran."""
    for fit in fits:
        with staging(state_dir(project.root), fingerprint, fit.rows) as folder:
            for source, name in zip((project.batch(fit.found), project.trace(fit.found)), (ROWS, TRACES), strict=True):
                shutil.copyfile(source, folder / name)
            publish(folder, fingerprint, fit.rows, missing=fit.missing, answers=fit.answers)
