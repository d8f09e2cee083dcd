"""`resyn doctor`: look for everything that is known to go wrong, and mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from resyn.doctor.dvc_files import held_locks, torn_locks, versions
from resyn.doctor.finding import Finding
from resyn.doctor.plans import batch_files, planned
from resyn.doctor.stores import leftovers, response_store
from resyn.dvc.repository import require_project
from resyn.project import Project
from resyn.store.location import state_dir
from resyn.store.locks import hold, locks_dir

_PASSES = 4
"""What is mended may bring to light what it hid, such as a plan that nobody could read."""


def examine(project: Project, notice: Callable[[str], None], *, fix: bool) -> tuple[Finding, ...]:
    """Return what is wrong, in the order it is to be mended in; with `fix`, mend what a machine can mend.

    Raises:
        ConfigError: this is no project in a git and DVC repository.
        ResynError: a run is active here.
    """
    require_project(project)
    with hold(locks_dir(state_dir(project.root), project.root) / "run.lock", wait=0):
        found: dict[str, Finding] = {}
        for _ in range(_PASSES):
            new = False
            for finding in _findings(project, notice):
                if finding.what in found:
                    continue
                found[finding.what] = finding
                if fix and finding.mend is not None:
                    finding.mend()
                    new = True
            if not new:
                break
    return tuple(found.values())


def _findings(project: Project, notice: Callable[[str], None]) -> Iterator[Finding]:
    """Yield findings one by one: what is mended may be what the next look depends on."""
    yield from versions()
    yield from held_locks(project)
    yield from torn_locks(project)
    yield from response_store(project, notice)
    yield from batch_files(project, notice)  # before a new plan, which would remove those beyond its end
    yield from planned(project, notice)
    yield from leftovers(project)
