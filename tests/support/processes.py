"""Processes of a project: started like a person's, found, and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from support.dvc_project import DVCProject, environment

_PATIENCE_SECONDS = 60


@contextmanager
def typed(project: DVCProject, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command as a terminal does, in a process group of its own; whatever is left of it at the end is killed."""
    with subprocess.Popen(
        words, cwd=project.root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            kill_tree(process)


@contextmanager
def repro_started(project: DVCProject) -> Iterator[subprocess.Popen[str]]:
    """Start plain `dvc repro`."""
    with typed(project, sys.executable, "-m", "dvc", "repro") as process:
        yield process


def wait_until(condition: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    """Wait for a condition, as long as the process that should bring it about runs."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        assert process is None or process.poll() is None, f"it ended first:\n{process.stdout.read() if process.stdout else ''}"
        time.sleep(0.01)


def answered(project: DVCProject, count: int) -> Callable[[], bool]:
    """Return whether the server has answered so many requests since its counts began."""
    return lambda: bool(project.server.stats()["answered"] >= count)


def interrupt(process: subprocess.Popen[str]) -> None:
    """Press Ctrl-C: the whole process group gets SIGINT."""
    os.killpg(process.pid, signal.SIGINT)


def kill_tree(process: subprocess.Popen[str]) -> None:
    """Kill a command and all below it, at once."""
    with suppress(psutil.NoSuchProcess):
        below = psutil.Process(process.pid).children(recursive=True)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for child in below:
            with suppress(psutil.NoSuchProcess):
                child.kill()


def in_project(project: DVCProject) -> list[psutil.Process]:
    """Return the living processes that work in a project's folder."""
    return [process for process in psutil.process_iter() if _folder(process) == project.root.resolve()]


def wait_until_reaped(processes: list[psutil.Process]) -> None:
    """Wait until the dead have lost their numbers, too: DVC takes a zombie in its list of locks for a command that still runs."""
    wait_until(lambda: not any(psutil.pid_exists(process.pid) for process in processes))


def stage_of(project: DVCProject, command: str) -> psutil.Process:
    """Return the process of a stage that is running, by what is in its command."""
    return next(process for process in in_project(project) if command in " ".join(process.cmdline()) and "-c" not in process.cmdline())


def _folder(process: psutil.Process) -> Path | None:
    try:
        return None if process.status() == psutil.STATUS_ZOMBIE else Path(process.cwd())
    except (psutil.Error, OSError):
        return None
