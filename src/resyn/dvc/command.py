"""DVC as a process of its own: never asked through its Python interface, never allowed to ask."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from resyn.store.orphan import as_starter

_BUSY = ("Unable to acquire lock", "is busy, it is being blocked by")
_GRACE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Ended:
    """Say how a DVC command ended."""

    code: int
    was_busy: bool
    """Whether it failed because another DVC command held DVC's lock."""


def run_dvc(root: Path, arguments: Sequence[str], show: Callable[[str], None]) -> Ended:
    """Run `dvc` in folder `root`; its output goes where ours does, its warnings and errors line by line to `show`.

    An interruption is passed on to it and to the stage it runs; it returns when they have ended.

    Raises:
        KeyboardInterrupt: as it came.
    """
    command = [sys.executable, "-m", "dvc", *arguments]
    with subprocess.Popen(
        command, cwd=root, env=_environment(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        busy = threading.Event()
        reader = threading.Thread(target=_relay, args=(cast(IO[str], process.stderr), show, busy))
        reader.start()
        try:
            process.wait()
        except KeyboardInterrupt as interruption:
            _stop(process, at_once=bool(interruption.args))
            raise
        finally:
            reader.join()
        return Ended(process.returncode, process.returncode != 0 and busy.is_set())


def _environment() -> dict[str, str]:
    # Stages call `resyn` by name: it must be the one of this Python.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return os.environ | as_starter() | {"PATH": path, "DVC_NO_ANALYTICS": "1"}


def _relay(stream: IO[str], show: Callable[[str], None], busy: threading.Event) -> None:
    for line in stream:
        if line.startswith("ERROR: "):  # the last one is DVC's own; a stage that runs DVC may have shown others
            busy.set() if any(sign in line for sign in _BUSY) else busy.clear()
        with suppress(OSError):  # nobody reads any more: DVC must not wait for that
            show(line.rstrip("\n"))


def _stop(process: subprocess.Popen[str], *, at_once: bool) -> None:
    """End DVC by ending its stage: DVC itself ignores SIGINT while a stage runs, and records nothing once that has failed."""
    if not at_once:  # Ctrl-C in a terminal reached the whole group already
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
    number = signal.SIGINT
    while process.poll() is None:
        for pid in _family(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
        number = signal.SIGTERM  # a shell script's background job is deaf to SIGINT, and so is all that it starts


def _family(pid: int) -> list[int]:
    import psutil  # type: ignore[import-untyped, unused-ignore]  # installed with dvc

    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return [pid]
