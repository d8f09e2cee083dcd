"""Carry out the steps of a plan: the only code that writes one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from resyn.plan.changes import Remove, Write
from resyn.store import atomic


def write(steps: Iterable[Write | Remove]) -> None:
    """Carry out steps in order.

    Raises:
        ResynError: a file cannot be written; the steps before it are done, and the same plan goes on from there.
    """
    for step in steps:
        match step:
            case Write(path, data):
                atomic.write(path.resolve(), data)  # a params.yaml that is a link stays one
            case Remove(path):
                _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
