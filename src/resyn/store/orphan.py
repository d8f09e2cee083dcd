"""End a stage whose `dvc` was killed: the next `dvc repro` would start a second one beside it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from resyn.store.process import alive, started

_STARTER = "RESYN_STARTED_BY"
_POLL_SECONDS = 0.25
_SHELLS = {"ash", "bash", "csh", "dash", "fish", "ksh", "sh", "tcsh", "zsh"}
_PIPELINE = {"dvc", "resyn"}
_REAPERS = {"init", "launchd", "systemd"}
"""Who becomes the parent of a process whose own has died; beside whatever runs as pid 1."""


@dataclass(frozen=True, slots=True)
class Ancestor:
    """Describe one process above this one."""

    pid: int
    start: float
    command: tuple[str, ...]
    """Empty where it may not be read."""


def as_starter() -> Mapping[str, str]:
    """Return the environment for a `dvc` started by this process, so that its later stages, too, end once this process is gone."""
    return {_STARTER: f"{os.getpid()} {started(os.getpid())}"}


def guard(on_orphan: Callable[[], None]) -> None:
    """Call `on_orphan` once, on a thread of its own, when a process that this stage works for is gone; do nothing outside a stage.

    Those are the `dvc` that started the stage, the shells between, every `resyn` and `dvc` above that one, and the starter that the
    environment names: when it was killed between two stages, the second one would not find it among its ancestors.
    """
    if not os.environ.get("DVC_STAGE"):
        return
    watched = to_watch(_ancestors())
    if watched and (starter := os.environ.get(_STARTER)):
        pid, start = starter.split()
        watched = [*watched, Ancestor(int(pid), float(start), ())]
    threading.Thread(target=_watch, args=(watched, on_orphan), name="resyn-orphan", daemon=True).start()


def to_watch(ancestors: Sequence[Ancestor]) -> Sequence[Ancestor] | None:
    """Return those ancestors, nearest first, without which the stage works for nobody; None where they are gone already.

    Up to the nearest `dvc` or `resyn` any process counts (`time`, `nice`, …), above it only shells that lead to another one: the
    shell a person typed `dvc repro` in may end without it. Below a `dvc` that cannot be told by its command (a notebook that calls
    DVC as a library) the parent alone is watched.
    """
    programs = [program(ancestor.command) for ancestor in ancestors]
    nearest = next((at for at, name in enumerate(programs) if name in _PIPELINE), None)
    if nearest is None:
        return None if not ancestors or ancestors[0].pid == 1 or programs[0] in _REAPERS else ancestors[:1]
    outermost = nearest
    for at in range(nearest + 1, len(ancestors)):
        if programs[at] in _PIPELINE:
            outermost = at
        elif programs[at] not in _SHELLS:
            break
    return ancestors[: outermost + 1]


def program(command: Sequence[str]) -> str:
    """Return the name of what a command line runs: of a Python interpreter, its module or script."""
    if not command:
        return ""
    name = Path(command[0]).name.removeprefix("-")  # a login shell's begins with a dash
    if not name.lower().startswith("python"):
        return name
    arguments = iter(command[1:])
    for argument in arguments:
        if argument == "-m":
            return next(arguments, "").partition(".")[0]
        if argument == "-c":
            break
        if argument in {"-W", "-X"}:
            next(arguments, "")
        elif not argument.startswith("-"):
            script = Path(argument)
            return script.parent.name if script.name == "__main__.py" else script.stem
    return name


def _ancestors() -> list[Ancestor]:
    import psutil  # type: ignore[import-untyped]  # installed with dvc; 20 ms, and only stages come here

    found = []
    for process in psutil.Process().parents():
        try:
            command = tuple(process.cmdline())
        except psutil.Error:
            command = ()
        found.append(Ancestor(process.pid, started(process.pid) or -1.0, command))
    return found


def _watch(watched: Sequence[Ancestor] | None, on_orphan: Callable[[], None]) -> None:
    while watched is not None and all(alive(ancestor.pid, ancestor.start) for ancestor in watched):
        time.sleep(_POLL_SECONDS)
    on_orphan()
