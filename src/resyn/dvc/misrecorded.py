"""Batches that DVC recorded under a plan that did not make them: it reads what a stage depends on once its command has ended.

A `git checkout` in between, or another `resyn plan`, gives the rows of one plan the record of the other, in the lock and in the run cache.
"""

from __future__ import annotations

from collections.abc import Mapping

from resyn.dvc.locks import Entry, md5_of, read_entries, recorded_hashes
from resyn.dvc.run_cache import forget
from resyn.project import Project
from resyn.store.batches import read_identity


def find_misrecorded(project: Project, fingerprint: str, ranges: Mapping[str, range]) -> tuple[str, ...]:
    """Return the keys of batches whose files are as DVC recorded them and say that another plan made them, or other rows."""
    return tuple(key for key, rows in ranges.items() if _is_misrecorded(project, key, fingerprint, rows))


def take_back(project: Project, generation: bytes, fingerprint: str, batches: Mapping[str, range]) -> None:
    """Remove the records of such batches: their shards' locks, whole, and what the run cache has of them; the next repro makes them."""
    for key, rows in batches.items():
        forget(project, generation, fingerprint, key, rows, md5_of(project.batch(key)))
    for lock in {project.shard(key) / "dvc.lock" for key in batches}:
        lock.unlink(missing_ok=True)


def _is_misrecorded(project: Project, key: str, fingerprint: str, rows: range) -> bool:
    lock, path = project.shard(key) / "dvc.lock", project.batch(key)
    identity = read_identity(path)
    if identity is None or (identity.fingerprint, identity.rows) == (fingerprint, rows):
        return False
    recorded = recorded_hashes(lock, key).get(path.relative_to(project.root).as_posix())
    return read_entries(lock).get(key) == Entry(fingerprint, rows) and recorded == md5_of(path)
