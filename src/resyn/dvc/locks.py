"""What DVC recorded of batches, read from `batches/NNN/dvc.lock`; DVC alone writes those files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from resyn.project import Project

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Entry:
    """Say under which identity, and for which rows, DVC recorded a batch."""

    fingerprint: str
    rows: range


def read_entries(lock: Path) -> dict[str, Entry]:
    """Return batch key → entry of one lock file; what is missing, torn or of another form is no entry."""
    found = ((name.removeprefix("batch@"), _entry(name, stage)) for name, stage in _read_stages(lock).items())
    return {key: entry for key, entry in found if entry is not None}


def is_recorded(project: Project, key: str, fingerprint: str, rows: range) -> bool:
    """Say whether DVC has recorded a batch under this identity and with these rows."""
    return read_entries(project.shard(key) / "dvc.lock").get(key) == Entry(fingerprint, rows)


def recorded_hashes(lock: Path, key: str) -> dict[str, str]:
    """Return file → MD5 of what a batch's stage wrote, as one lock file recorded it; nothing where it is torn or did not."""
    try:
        return {out["path"].removeprefix("../../"): out["md5"] for out in _read_stages(lock)[f"batch@{key}"]["outs"]}
    except (TypeError, KeyError, AttributeError):
        return {}


def is_as_recorded(project: Project, key: str) -> bool:
    """Say whether both files of a batch are those that DVC recorded, whatever it was made of."""
    hashes = recorded_hashes(project.shard(key) / "dvc.lock", key)
    files = (project.batch(key), project.trace(key))
    return all(path.is_file() and hashes.get(path.relative_to(project.root).as_posix()) == md5_of(path) for path in files)


def find_edited(project: Project, keys: Iterable[str]) -> tuple[str, ...]:
    """Return those recorded batches whose files were written after their record and are not what it names: edited, or torn."""
    edited = []
    for key in keys:
        recorded_at = (project.shard(key) / "dvc.lock").stat().st_mtime_ns
        is_later = any(path.stat().st_mtime_ns > recorded_at for path in (project.batch(key), project.trace(key)))
        if is_later and not is_as_recorded(project, key):
            edited.append(key)
    return tuple(edited)


def md5_of(path: Path) -> str:
    """Return the hash DVC knows a file by."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def find_stale(project: Project, fingerprint: str, ranges: Mapping[str, range]) -> tuple[str, ...]:
    """Return the keys, in order, of batches to make: not recorded under this identity with these rows, or with a file missing.

    An entry alone proves nothing: DVC keeps those of stages that have left the plan, and finds them again when they come back.
    """
    stale: list[str] = []
    for shard, keys in groupby(ranges, project.shard):
        entries = read_entries(shard / "dvc.lock")
        stale += (key for key in keys if entries.get(key) != Entry(fingerprint, ranges[key]) or not _is_here(project, key))
    return tuple(stale)


def find_torn(root: Path) -> tuple[Path, ...]:
    """Return the lock files that DVC cannot read: it writes them in place, so a kill can tear one."""
    from dvc.schema import COMPILED_LOCKFILE_SCHEMA  # DVC's own word; half a second, and only after a failure
    from voluptuous import Invalid

    torn = []
    for lock in (root / "dvc.lock", *sorted((root / "batches").glob("*/dvc.lock"))):
        try:
            COMPILED_LOCKFILE_SCHEMA(yaml.safe_load(lock.read_bytes()))
        except FileNotFoundError:
            continue
        except (OSError, yaml.YAMLError, ValueError, Invalid):
            torn.append(lock)
    return tuple(torn)


def was_read(project: Project, stage: str, dependency: Path, content: bytes) -> bool:
    """Say whether a stage of the project's own dvc.yaml was last run with this content of a file it depends on."""
    path = dependency.relative_to(project.root).as_posix()
    try:
        deps = _read_stages(project.root / "dvc.lock")[stage]["deps"]
        hashes = {dep["path"]: dep["md5"] for dep in deps}
    except (TypeError, KeyError):
        return False
    return hashes.get(path) == hashlib.md5(content, usedforsecurity=False).hexdigest()


def _read_stages(lock: Path) -> dict[str, Any]:
    try:
        stages = yaml.load(lock.read_bytes(), _Loader)["stages"]  # noqa: S506 - a safe loader
    except (OSError, yaml.YAMLError, ValueError, TypeError, KeyError):
        return {}
    return {str(name): stage for name, stage in stages.items()} if isinstance(stages, dict) else {}


def _is_here(project: Project, key: str) -> bool:
    return project.batch(key).is_file() and project.trace(key).is_file()


def _entry(name: str, stage: Any) -> Entry | None:
    try:
        params = stage["params"]
        start, stop = params["plan/ranges.json"][name.removeprefix("batch@")]
        return Entry(params["params.yaml"]["plan.fingerprint"], range(start, stop))
    except (TypeError, KeyError, ValueError):
        return None
