"""A disk of its own, as small as a test wants it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Disk:
    """One tmpfs, mounted at `path`."""

    path: Path

    def remount(self, options: str) -> None:
        """Change how it is mounted: `ro`, `size=8m`."""
        subprocess.run(["mount", "-o", f"remount,{options}", str(self.path)], check=True)


@contextmanager
def small_disk(path: Path, size: str) -> Iterator[Disk]:
    """Mount a disk at a new folder for the time of a `with` block; skip the test where that is not permitted."""
    path.mkdir()
    with _mounted(path, "-t", "tmpfs", "-o", f"size={size}", "tmpfs") as disk:
        yield disk


@contextmanager
def own_disk(path: Path) -> Iterator[Disk]:
    """Make a folder a disk of its own for the time of a `with` block (`remount("bind,ro")`), what is in it included; skip as above."""
    with _mounted(path, "--bind", str(path)) as disk:
        yield disk


@contextmanager
def _mounted(path: Path, *how: str) -> Iterator[Disk]:
    try:
        done = subprocess.run(["mount", *how, str(path)], check=False, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no `mount` here")
    if done.returncode:
        pytest.skip(f"no disk may be mounted here: {done.stderr.strip()}")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
