"""Files that rows name: kept by content under .resyn until their batch is written, then in the batch's own folder."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from resyn.errors import ResynError
from resyn.store.atomic import sync, write
from resyn.store.location import state_dir

_IN_USE_SECONDS = 24 * 3600
"""Longer than a batch takes."""


def keep(root: Path, name: str, content: bytes) -> None:
    """Keep a file of the project in `root` that is named after its content."""
    path = state_dir(root) / name
    if path.exists():
        os.utime(path)  # it is in use again
    else:
        write(path, content)


def find(root: Path, name: str) -> Path:
    """Return where a file is kept that a row names."""
    return state_dir(root) / name


def left_over(state: Path) -> Iterator[Path]:
    """Yield kept files that no run of today has needed: their batches have copies, and the stored answers make them again."""
    for path in sorted((state / "media").rglob("*")):
        if path.is_file() and path.stat().st_mtime < time.time() - _IN_USE_SECONDS:
            yield path


def gather(root: Path, rows: Path, columns: Iterable[str], folder: Path) -> None:
    """Make `folder`, a batch's, hold every file that `columns` of its rows name, all at once.

    Raises:
        ResynError: one of them is gone.
    """
    table = pq.read_table(rows, columns=list(columns))
    names = {name for column in table.columns for value in column.to_pylist() for name in value or ()}
    temporary = folder.with_name(f".{folder.name}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for name in sorted(names):
        path = temporary / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(find(root, name), path)
            sync(path)
        except FileNotFoundError as error:
            raise ResynError(f"{find(root, name)} is gone, and a row names it", hint="run `dvc repro`") from error
    shutil.rmtree(folder, ignore_errors=True)
    temporary.replace(folder)
