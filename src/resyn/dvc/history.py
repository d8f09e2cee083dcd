"""Which traces the commits of the repository name, and where DVC keeps them here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from resyn.dvc.git import git
from resyn.dvc.run_cache import cache_dir

_LOCK = re.compile(r"batches/\d{3,}/dvc\.lock")
_TRACE = re.compile(r"data/traces/b\d{5}\.parquet")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class History:
    """Hold the files in DVC's cache that commits name as traces, and the MD5 of those that are not here."""

    here: tuple[Path, ...]
    elsewhere: tuple[str, ...]


def traces_in_history(root: Path) -> History:
    """Return the traces that any commit's locks name: of all branches, tags, stashes and experiments.

    Raises:
        ResynError: git failed.
    """
    hashes = sorted({hash_ for lock in _locks(root) for hash_ in _traces(lock)})
    if not hashes:
        return History((), ())
    cache = cache_dir(root) / "files" / "md5"
    places = {hash_: cache / hash_[:2] / hash_[2:] for hash_ in hashes}
    return History(
        tuple(path for path in places.values() if path.is_file()),
        tuple(hash_ for hash_, path in places.items() if not path.is_file()),
    )


def _locks(root: Path) -> Iterator[bytes]:
    """Yield every version of every shard's lock that any commit holds."""
    prefix = git(root, "rev-parse", "--show-prefix").strip()
    listed = (line.partition(" ") for line in git(root, "rev-list", "--all", "--objects", "--", "batches").splitlines())
    for name, _, path in listed:
        if _LOCK.fullmatch(path.removeprefix(prefix)):
            yield git(root, "cat-file", "blob", name).encode()


def _traces(lock: bytes) -> Iterator[str]:
    try:
        stages: dict[str, Any] = yaml.load(lock, _Loader)["stages"]  # noqa: S506 - a safe loader
        for stage in stages.values():
            yield from (out["md5"] for out in stage["outs"] if _TRACE.fullmatch(out["path"]))
    except (yaml.YAMLError, TypeError, KeyError, AttributeError):
        return  # a lock that was committed torn names nothing
