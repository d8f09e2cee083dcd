"""Files of DVC that a kill leaves torn or held, and versions that are known to break."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from resyn.doctor.finding import Finding, aside
from resyn.dvc.locks import find_torn
from resyn.project import Project
from resyn.store.orphan import program

TESTED = "3.67.1"
"""The version of DVC whose lock format and stage behaviour are measured (docs/dvc.md)."""


def torn_locks(project: Project) -> Iterator[Finding]:
    """Find lock files that DVC cannot read, by its own schema: some tears are good YAML."""
    for lock in find_torn(project.root):
        yield Finding(
            what=f"{lock.relative_to(project.root)} is torn: DVC cannot read it",
            remedy="moved aside; DVC's run cache brings back what it recorded",
            mend=partial(aside, project, lock),
        )


def held_locks(project: Project) -> Iterator[Finding]:
    """Find locks of DVC whose holder is dead, or a process of another kind that was given the same number."""
    rwlock, lock = (project.root / ".dvc/tmp" / name for name in ("rwlock", "lock"))
    with suppress(FileNotFoundError):
        yield from _rwlock(project, rwlock)
    with suppress(OSError, ValueError, IndexError):
        # With `core.hardlink_lock` the file is the lock, for a year; else the kernel's lock on it is, which dies with its holder.
        _, host, pid, _ = lock.read_text().split("|")[-4:]
        if host == socket.gethostname() and not _is_dvc(int(pid)):
            what = f".dvc/tmp/lock is held by process {pid}, which is gone"
            yield Finding(what=what, remedy="moved aside", mend=partial(aside, project, lock))


def versions(installed: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Find versions of DVC and of what it depends on that break; `installed` stands in for those of this Python."""
    found = _installed("dvc", "pathspec") if installed is None else installed
    dvc, pathspec = _numbers(found.get("dvc", "")), _numbers(found.get("pathspec", ""))
    if dvc and dvc < (3, 65) and pathspec >= (1,):
        yield Finding(
            what=f"dvc {found['dvc']} with pathspec {found['pathspec']} are known to break together",
            remedy=f"run `pip install 'dvc=={TESTED}'`, or `pip install 'pathspec<1'`",
        )
    elif dvc and dvc[:2] != _numbers(TESTED)[:2]:
        yield Finding(what=f"dvc {found['dvc']}: resyn is tested with {TESTED}", remedy=f"run `pip install 'dvc=={TESTED}'`")


def _rwlock(project: Project, path: Path) -> Iterator[Finding]:
    mend = partial(aside, project, path)
    try:
        held = list(_holders(json.loads(path.read_bytes())))
    except (ValueError, TypeError, KeyError, AttributeError):
        yield Finding(what=".dvc/tmp/rwlock is torn: every command of DVC fails", remedy="moved aside", mend=mend)
        return
    living = sorted({pid for pid in held if _is_dvc(pid)})
    gone = sorted(set(held) - set(living))
    if gone and not living:
        named = ", ".join(map(str, gone))
        what = f".dvc/tmp/rwlock names process {named}, which is no DVC command any more: stages read as busy"
        yield Finding(what=what, remedy="moved aside", mend=mend)


def _holders(rwlock: Any) -> Iterator[int]:
    for info in rwlock.get("write", {}).values():
        if info:
            yield int(info["pid"])
    for infos in rwlock.get("read", {}).values():
        yield from (int(info["pid"]) for info in infos)


def _is_dvc(pid: int) -> bool:
    import psutil  # type: ignore[import-untyped, unused-ignore]  # installed with dvc

    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and program(process.cmdline()) == "dvc"
    except psutil.AccessDenied:
        return True
    except psutil.Error:
        return False


def _installed(*names: str) -> dict[str, str]:
    found = {}
    for name in names:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(int(part) for part in parts if part.isdigit())
