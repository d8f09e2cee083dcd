"""The `dvc` that runs this stage."""

from __future__ import annotations

from pathlib import Path

from resyn.store.orphan import program

_MARGIN_SECONDS = 1.0
"""The kernel tells when it booted in whole seconds, and processes start so long after that."""


def knows(stages: Path, started: float | None) -> bool:
    """Say whether a `dvc` that started then has read a dvc.yaml as it is now: it reads them all once, at its start.

    A clock put forward in between makes a later file look known: its stages are then made by the next `dvc repro`, and export says so.
    """
    return started is not None and stages.stat().st_ctime < started - _MARGIN_SECONDS


def started() -> float | None:
    """Return when the nearest `dvc` above this process started, in seconds since the epoch; None where there is none to be seen."""
    import psutil  # type: ignore[import-untyped, unused-ignore]  # installed with dvc

    for process in psutil.Process().parents():
        try:
            if program(process.cmdline()) == "dvc":
                return float(process.create_time())
        except psutil.Error:
            continue
    return None
