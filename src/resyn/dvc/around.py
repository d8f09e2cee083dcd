"""The `dvc` that runs this stage, or beside this process."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from resyn.store.orphan import program
from resyn.store.process import age

_ELSEWHERE = {"daemon", "queue-worker"}
"""Commands that DVC leaves behind: they work on no file of the workspace."""
_MARGIN_SECONDS = 0.1
"""Longer than a file system's clock lags behind, shorter than DVC takes to read its first file."""


def knows(stages: Path, started: float | None) -> bool:
    """Say whether a `dvc` that started then has read a dvc.yaml as it is now: it reads them all once, at its start.

    A clock put forward in between makes a later file look known: its stages are then made by the next `dvc repro`, and export says so.
    """
    return started is not None and stages.stat().st_ctime < started - _MARGIN_SECONDS


def started(root: Path) -> float | None:
    """Return when the nearest `dvc` above this process started, in seconds since the epoch.

    None where there is none to be seen, or where it works on another project than the one in folder `root`, and knows no stage of this one.
    """
    import psutil  # type: ignore[import-untyped, unused-ignore]  # installed with dvc

    for process in psutil.Process().parents():
        try:
            if program(process.cmdline()) == "dvc":
                is_ours = Path(process.cwd()).is_relative_to(root.resolve())
                return time.time() - seconds if is_ours and (seconds := age(process.pid)) is not None else None
        except psutil.Error:
            continue
    return None


def beside(root: Path) -> int | None:
    """Return the pid of a `dvc` that works in the folder of a project, None where there is none to be seen."""
    import psutil

    top = root.resolve()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            command = process.cmdline()
            if program(command) == "dvc" and _ELSEWHERE.isdisjoint(command):
                folder = Path(process.cwd())
                if folder.is_relative_to(top) and not folder.is_relative_to(top / ".dvc"):
                    return int(process.pid)
    return None
