"""Carry out the steps of a plan: the only code that writes one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from resyn.errors import Stopped
from resyn.plan.changes import Remove, RemoveEmpty, Step, Write
from resyn.store import atomic


def write(steps: Iterable[Step]) -> None:
    """Carry out steps in order.

    Raises:
        Stopped: a person saved a file meanwhile; the steps before it are done.
        ResynError: a file cannot be written; the steps before it are done, and the same plan goes on from there.
    """
    for step in steps:
        match step:
            case Write(path, data, over):
                if over is not None and _read(path) not in {over, data}:
                    raise Stopped(f"{path.name} was edited while the plan was made; what you wrote is kept", hint="run `resyn plan` again")
                atomic.write(path.resolve(), data)  # a params.yaml that is a link stays one
            case Remove(path):
                _remove(path)
            case RemoveEmpty(path):
                if path.is_dir() and not any(path.iterdir()):
                    path.rmdir()


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
