"""What a plan is made from, as it was at a moment: to tell an edit that was saved meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from resyn.project import Project

_INPUTS = ("configs", "plugins", "providers.yaml", "seeds")
"""What the plan stage of dvc.yaml depends on, params.yaml aside: the one file of a person's that a plan writes to."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Hold what was there; `==` says whether nothing changed."""

    params: bytes
    """params.yaml; b"" where there is none."""
    stamps: tuple[tuple[str, int, int, int], ...]
    """Path, inode, bytes and nanoseconds of every other file."""


def look(project: Project) -> Inputs:
    """Return what a plan would be made from now."""
    params = project.params.read_bytes() if project.params.is_file() else b""
    return Inputs(params, tuple(sorted(_stamps(project.root))))


def edited(project: Project, seen: Inputs, params: bytes) -> str:
    """Return the name of a file that is not as it was `seen`, "" where there is none; params.yaml is to hold `params` now."""
    now = look(project)
    if now.params != params:
        return project.params.name
    return min((path for path, *_ in {*now.stamps} ^ {*seen.stamps}), default="")


def _stamps(root: Path) -> Iterator[tuple[str, int, int, int]]:
    for name in _INPUTS:
        top = root / name
        for path in (top, *top.rglob("*")):
            at = path.relative_to(root)
            if any(part.startswith(".") or part == "__pycache__" for part in at.parts):  # an editor's, Python's
                continue
            with suppress(OSError):  # gone meanwhile, or a link that leads nowhere
                if not path.is_dir():
                    stat = path.stat()
                    yield at.as_posix(), stat.st_ino, stat.st_size, stat.st_mtime_ns
