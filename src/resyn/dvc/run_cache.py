"""Which batches DVC's run cache can bring back: what it has of a stage with this command, dependencies and parameters. Reads, never asks DVC."""

from __future__ import annotations

import configparser
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from resyn.project import Project

_SIZES = {"size", "nfiles"}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def restorable(project: Project, generation: bytes, fingerprint: str, ranges: Mapping[str, range]) -> frozenset[str]:
    """Return the keys of batches that `dvc repro` restores without running their stage, under a compiled program and with these rows."""
    cache = cache_dir(project.root)
    if not (cache / "runs").is_dir():
        return frozenset()
    md5 = hashlib.md5(generation, usedforsecurity=False).hexdigest()
    return frozenset(key for key, rows in ranges.items() if _is_here(cache, _stage(project, key, rows, fingerprint, md5)))


def cache_dir(root: Path) -> Path:
    """Return the folder of DVC's cache: the one that the nearest of DVC's configurations names, or `.dvc/cache`."""
    from dvc.dirs import global_config_dir, system_config_dir

    found = root / ".dvc/cache"
    for file in (
        Path(system_config_dir(), "config"),
        Path(global_config_dir(), "config"),
        root / ".dvc/config",
        root / ".dvc/config.local",
    ):
        parser = configparser.ConfigParser(interpolation=None)
        with suppress(configparser.Error, OSError, UnicodeDecodeError):
            parser.read(file)
            if named := parser.get("cache", "dir", fallback=""):
                found = file.parent / Path(named).expanduser()
    return found


def forget(project: Project, generation: bytes, fingerprint: str, key: str, rows: range, md5: str) -> None:
    """Remove the entries of a batch's stage whose outs name this hash, so that DVC never restores it there; the file itself stays."""
    stage = _stage(project, key, rows, fingerprint, hashlib.md5(generation, usedforsecurity=False).hexdigest())
    folder = _entries(cache_dir(project.root), stage)
    entries = list(folder.iterdir()) if folder.is_dir() else []
    wrong = [entry for entry in entries if md5 in entry.read_text()]
    for entry in wrong:
        entry.unlink()
    if wrong == entries != []:
        folder.rmdir()  # DVC stumbles over an empty one


def _stage(project: Project, key: str, rows: range, fingerprint: str, md5: str) -> dict[str, Any]:
    """Return what DVC's run cache knows a batch's stage by."""
    shard = project.shard(key) / "dvc.yaml"
    media = (project.media(key),) if shard.exists() and "data/media" in shard.read_text() else ()
    params = {
        project.params.name: {"plan.fingerprint": fingerprint},
        _relative(project, project.ranges): {key: [rows.start, rows.stop]},
    }
    return {
        "cmd": f"resyn generate {key}",
        "deps": [{"path": _relative(project, project.generation), "hash": "md5", "md5": md5}],
        "params": params,
        "outs": sorted(_relative(project, out) for out in (project.batch(key), project.trace(key), *media)),
    }


def _relative(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix()


def _entries(cache: Path, stage: Mapping[str, Any]) -> Path:
    """Return the folder of what the run cache has of a stage, made or not."""
    key = hashlib.sha256(json.dumps(stage, sort_keys=True).encode()).hexdigest()
    return cache / "runs" / key[:2] / key


def _is_here(cache: Path, stage: Mapping[str, Any]) -> bool:
    hashes = list(_newest_outs(_entries(cache, stage)))
    return bool(hashes) and all((cache / "files" / "md5" / md5[:2] / md5[2:]).is_file() for md5 in hashes)


def _newest_outs(folder: Path) -> Iterator[str]:
    """Yield the hashes of the outs of the entry that DVC would take; of an unreadable one, nothing."""
    with suppress(OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime)
        yield from [str(out["md5"]) for out in yaml.load(newest.read_bytes(), _Loader)["outs"]]  # noqa: S506 - a safe loader
