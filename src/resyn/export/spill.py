"""A folder on the project's disk for what does not fit into memory."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resyn.project import Project
from resyn.store.atomic import explained
from resyn.store.location import state_dir
from resyn.store.process import started


@contextmanager
def spill_folder(project: Project) -> Iterator[Path]:
    """Yield an empty folder `.resyn/export/<pid>` that goes when the block ends; those of killed processes go before.

    Raises:
        Unwritable: the folder cannot be made.
    """
    folder = state_dir(project.root) / "export" / str(os.getpid())
    for other in folder.parent.glob("*"):
        if other == folder or not (other.name.isdecimal() and started(int(other.name))):
            shutil.rmtree(other, ignore_errors=True)
    with explained(folder):
        folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
