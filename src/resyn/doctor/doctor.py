"""`resyn doctor`: look for everything that is known to go wrong, and mend it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from resyn.doctor.dvc_files import held_locks, torn_locks, versions
from resyn.doctor.finding import Finding
from resyn.doctor.plans import batch_files, planned
from resyn.doctor.stores import leftovers, response_store
from resyn.dvc import around
from resyn.dvc.repository import require_project
from resyn.errors import ResynError
from resyn.project import Project
from resyn.store.location import state_dir
from resyn.store.locks import hold, locks_dir

_DVC_SECONDS, _POLL_SECONDS = 3.0, 0.2
"""An editor's extension calls DVC for a moment all the time."""
_PASSES = 4
"""What is mended may bring to light what it hid, such as a plan that nobody could read."""


def examine(project: Project, notice: Callable[[str], None], *, fix: bool) -> tuple[Finding, ...]:
    """Return what is wrong, in the order it is to be mended in; with `fix`, mend what a machine can mend.

    Raises:
        ConfigError: this is no project in a git and DVC repository.
        ResynError: a run is active here, or a command of DVC.
    """
    require_project(project)
    with hold(locks_dir(state_dir(project.root), project.root) / "run.lock", wait=0):
        _wait_for_dvc(project)
        found: dict[str, Finding] = {}
        for _ in range(_PASSES):
            new = False
            for finding in _findings(project, notice):
                if finding.what in found:
                    if fix and finding.mend is not None:
                        found[finding.what] = replace(finding, mend=None, remedy="mended, and so again")
                    continue
                found[finding.what] = finding
                if fix and finding.mend is not None:
                    finding.mend()
                    new = True
            if not new:
                break
    return tuple(found.values())


def _wait_for_dvc(project: Project) -> None:
    # It writes its files in place: what is half written looks torn, and would be gone under its hands.
    end = time.monotonic() + _DVC_SECONDS
    while (pid := around.beside(project.root)) is not None:
        if time.monotonic() > end:
            raise ResynError(f"process {pid}, a command of DVC, is at work here", hint=f"Wait for it, or end it: `kill {pid}`.")
        time.sleep(_POLL_SECONDS)


def _findings(project: Project, notice: Callable[[str], None]) -> Iterator[Finding]:
    """Yield findings one by one: what is mended may be what the next look depends on."""
    yield from versions()
    yield from held_locks(project)
    yield from torn_locks(project)
    yield from response_store(project, notice)
    yield from batch_files(project, notice)  # before a new plan, which would remove those beyond its end
    yield from planned(project, notice)
    yield from leftovers(project)
