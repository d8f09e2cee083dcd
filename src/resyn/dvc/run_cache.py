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
    """Return the folder of DVC's cache, which experiments in folders of their own share with their project."""
    folder = root / ".dvc"
    named = "cache"
    for file in ("config", "config.local"):
        parser = configparser.ConfigParser(interpolation=None)
        with suppress(configparser.Error, OSError, UnicodeDecodeError):
            parser.read(folder / file)
            named = parser.get("cache", "dir", fallback=named)
    return folder / named


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


def _is_here(cache: Path, stage: Mapping[str, Any]) -> bool:
    key = hashlib.sha256(json.dumps(stage, sort_keys=True).encode()).hexdigest()
    hashes = list(_newest_outs(cache / "runs" / key[:2] / key))
    return bool(hashes) and all((cache / "files" / "md5" / md5[:2] / md5[2:]).is_file() for md5 in hashes)


def _newest_outs(folder: Path) -> Iterator[str]:
    """Yield the hashes of the outs of the entry that DVC would take; of an unreadable one, nothing."""
    with suppress(OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime)
        yield from [str(out["md5"]) for out in yaml.load(newest.read_bytes(), _Loader)["outs"]]  # noqa: S506 - a safe loader
