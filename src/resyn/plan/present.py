"""The plan that is on disk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from resyn.project import Project

SHARD_FILES = ("dvc.yaml", "dvc.lock")
"""What a shard's folder holds."""
_SHARD = re.compile(r"\d{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Hold what a folder has of a plan, however incomplete."""

    files: Mapping[Path, bytes]
    """Those files of a plan that are there, params.yaml and the shards' dvc.yaml included."""
    shards: tuple[Path, ...]
    """The folders of shards that hold a file of DVC's, or nothing."""
    data: tuple[Path, ...]
    """What is in data/batches, data/traces and data/media, but for temporary files."""


def read_present(project: Project) -> Present:
    """Return what is on disk of a plan."""
    shards = tuple(path for path in _listed(project.root / "batches") if _SHARD.fullmatch(path.name) and _is_ours(path))
    named = (project.params, project.generation, project.export, project.runtime, project.ranges, project.grown)
    folders = (project.batches, project.traces, project.batches.with_name("media"))
    return Present(
        files=dict(_read((*named, *(shard / "dvc.yaml" for shard in shards)))),
        shards=shards,
        data=tuple(path for folder in folders for path in _listed(folder)),
    )


def _is_ours(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    return not names or not names.isdisjoint(SHARD_FILES)


def _listed(folder: Path) -> list[Path]:
    with suppress(FileNotFoundError, NotADirectoryError):
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    return []


def _read(paths: tuple[Path, ...]) -> Iterator[tuple[Path, bytes]]:
    for path in paths:
        with suppress(FileNotFoundError, NotADirectoryError):
            yield path, path.read_bytes()
