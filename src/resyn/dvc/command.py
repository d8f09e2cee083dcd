"""DVC as a process of its own: never asked through its Python interface, never allowed to ask."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from resyn.store.orphan import as_starter, program

_BUSY = ("Unable to acquire lock", "is busy, it is being blocked by")
_FULL = f"[Errno {errno.ENOSPC}]"
_GRACE_SECONDS = 12.0
"""Longer than a stage waits for answers in flight."""
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Ended:
    """Say how a DVC command ended."""

    code: int
    was_busy: bool
    """Whether it failed because another DVC command held DVC's lock."""
    was_full: bool
    """Whether it failed because it found no room on the disk."""


def run_dvc(root: Path, arguments: Sequence[str], show: Callable[[str], None]) -> Ended:
    """Run `dvc` in folder `root`; its output goes where ours does, its warnings and errors line by line to `show`.

    An interruption is passed on to the stage it runs; it returns when both have ended.

    Raises:
        KeyboardInterrupt: as it came.
    """
    command = [sys.executable, "-m", "dvc", *arguments]
    with subprocess.Popen(
        command, cwd=root, env=_environment(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        errors: list[str] = []
        reader = threading.Thread(target=_relay, args=(cast(IO[str], process.stderr), show, errors))
        reader.start()
        try:
            process.wait()
        except KeyboardInterrupt as interruption:
            _stop(process, at_once=bool(interruption.args))
            raise
        finally:
            reader.join()
    return _ended(process.returncode, errors)


def _ended(code: int, errors: Sequence[str]) -> Ended:
    # The last one is DVC's own; a stage that runs DVC may have shown others.
    was_busy = any(sign in error for error in errors[-1:] for sign in _BUSY)
    return Ended(code, was_busy=code != 0 and was_busy, was_full=code != 0 and any(_FULL in error for error in errors))


def _environment() -> dict[str, str]:
    # Stages call `resyn` by name: it must be the one of this Python.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return os.environ | as_starter() | {"PATH": path, "DVC_NO_ANALYTICS": "1"}


def _relay(stream: IO[str], show: Callable[[str], None], errors: list[str]) -> None:
    for line in stream:
        if line.startswith("ERROR: "):
            errors.append(line)
        with suppress(OSError):  # nobody reads any more: DVC must not wait for that
            show(line.rstrip("\n"))


def _stop(process: subprocess.Popen[str], *, at_once: bool) -> None:
    """End DVC by ending its stages: it records nothing once one has failed, and a signal to itself can tear the files it writes in place."""
    if not at_once:  # Ctrl-C in a terminal reached the whole group already
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
    sent: dict[int, float] = {}
    while process.poll() is None:
        now = time.monotonic()
        for pid in _stages(process.pid):
            if now - sent.get(pid, -_GRACE_SECONDS) >= _GRACE_SECONDS:
                with suppress(ProcessLookupError):
                    # A shell script's background job is deaf to SIGINT, and so is all that it starts.
                    os.kill(pid, signal.SIGTERM if pid in sent else signal.SIGINT)
                sent[pid] = now
        with suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_SECONDS)


def _stages(pid: int) -> list[int]:
    """Return the processes below a `dvc`, but for those that are a `dvc` too."""
    import psutil  # type: ignore[import-untyped, unused-ignore]  # installed with dvc

    found = []
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.Error):
                if program(child.cmdline()) != "dvc":
                    found.append(child.pid)
    return found
