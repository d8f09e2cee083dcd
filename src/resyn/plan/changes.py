"""What has to change on disk for a plan to hold, and in which order. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resyn.plan.compile import Plan
from resyn.plan.present import SHARD_FILES, Present
from resyn.plan.section import replace_section
from resyn.plan.shards import keys_in, shard_texts
from resyn.project import Project
from resyn.spec.files import fingerprint

_BATCH_FILE = re.compile(r"b\d{5}(\.parquet)?")
"""A batch, its trace, or the folder of its media."""


@dataclass(frozen=True, slots=True)
class Write:
    """Make a file hold these bytes; one that a person edits too only `over` what it held when they were worked out."""

    path: Path
    data: bytes
    over: bytes | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a file, or a folder with all it holds, away."""

    path: Path


@dataclass(frozen=True, slots=True)
class RemoveEmpty:
    """Take a folder away, unless somebody else has something in it."""

    path: Path


Step = Write | Remove | RemoveEmpty


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Say what a plan changes, and the steps that carry it out."""

    fingerprint: str
    earlier_fingerprint: str
    """The identity on disk; "" where there is none."""
    batches: int
    earlier_batches: int
    """How many batch stages DVC knew."""
    added: tuple[str, ...]
    removed: tuple[str, ...]
    """Keys of batch stages that DVC knew and the plan has no more."""
    cut: tuple[str, ...]
    """Keys of batches that stay and get other rows."""
    foreign: tuple[Path, ...]
    """Files between the batches that no plan put there."""
    steps: tuple[Step, ...]
    """In an order that can be interrupted anywhere: the next plan then ends where this one would have."""


def find_changes(project: Project, plan: Plan, present: Present) -> Changes:
    """Return what separates what is on disk from `plan`.

    Raises:
        ConfigError: the plan section of params.yaml cannot be replaced.
    """
    texts = (present.files.get(shard / "dvc.yaml", b"").decode(errors="replace") for shard in present.shards)
    known = dict.fromkeys(key for text in texts for key in keys_in(text))
    old, new = _json(present.files.get(project.ranges)), _json(plan.ranges)
    generation = present.files.get(project.generation)
    places = (project.batch, project.trace, *((project.media,) if plan.has_media else ()))
    planned = {place(key) for key in plan.batches for place in places}
    unplanned = [path for path in present.data if path not in planned]
    return Changes(
        fingerprint=plan.fingerprint,
        earlier_fingerprint="" if generation is None else fingerprint(generation),
        batches=len(plan.batches),
        earlier_batches=len(known),
        added=tuple(key for key in plan.batches if key not in known),
        removed=tuple(key for key in known if key not in plan.batches),
        cut=tuple(key for key in plan.batches if key in old and old[key] != new[key]),
        foreign=tuple(path for path in unplanned if not _BATCH_FILE.fullmatch(path.name)),
        steps=tuple(_steps(project, plan, present, [path for path in unplanned if _BATCH_FILE.fullmatch(path.name)])),
    )


def _steps(project: Project, plan: Plan, present: Present, beyond: list[Path]) -> Iterator[Step]:
    shards = {project.root / "batches" / name: text.encode() for name, text in shard_texts(plan.batches, has_media=plan.has_media).items()}
    new_shards = [Write(folder / "dvc.yaml", text) for folder, text in shards.items() if present.files.get(folder / "dvc.yaml") != text]
    old_shards = [folder for folder in present.shards if folder not in shards]
    if (new_shards or old_shards) and project.grown in present.files:
        # A running `dvc repro` does not know these stages. Without its out, grow runs, even where ranges.json stays as it was.
        yield Remove(project.grown)
    params = present.files.get(project.params, b"")
    writes = (
        # Batch stages refuse to start between the first two.
        Write(project.generation, plan.generation),
        Write(project.params, replace_section(params, plan.section, project.params), over=params),
        Write(project.export, plan.export),
        Write(project.runtime, plan.runtime),
    )
    yield from (write for write in writes if present.files.get(write.path) != write.data)
    yield from new_shards
    if present.files.get(project.ranges) != plan.ranges:
        yield Write(project.ranges, plan.ranges)
    for folder in old_shards:
        yield from (Remove(folder / name) for name in SHARD_FILES)
        yield RemoveEmpty(folder)
    yield from map(Remove, beyond)


def _json(data: bytes | None) -> dict[str, Any]:
    try:
        value = json.loads(data or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
