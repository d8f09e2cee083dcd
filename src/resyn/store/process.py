"""Tell one process from a later one that was given the same number."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path


def started(pid: int) -> float | None:
    """Return when a process started, or None where it is gone or dead and not yet collected by its parent.

    The value only identifies (Linux: clock ticks since boot, proc(5) field 22, which a clock that jumps does not move; elsewhere:
    seconds since the epoch). It takes 15 µs on Linux and loads no psutil there.
    """
    if sys.platform != "linux":
        return _started_by_psutil(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat[stat.rindex(b")") + 2 :].split()  # the name before it may hold spaces and parentheses
    return None if fields[0] in b"ZX" else float(fields[19])


def alive(pid: int, start: float) -> bool:
    """Say whether the process that started at `start` under this number still runs."""
    return started(pid) == start


def age(pid: int) -> float | None:
    """Return for how many seconds a process has run, to a hundredth; None where it is gone."""
    start = started(pid)
    if start is None:
        return None
    return time.clock_gettime(time.CLOCK_BOOTTIME) - start / os.sysconf("SC_CLK_TCK") if sys.platform == "linux" else time.time() - start


def _started_by_psutil(pid: int) -> float | None:
    import psutil  # type: ignore[import-untyped, unused-ignore]  # installed with dvc

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.NoSuchProcess:
        return None
