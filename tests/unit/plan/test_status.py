"""How far a dataset is, told from files alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import yaml

from resyn.plan.plan import plan
from resyn.plan.status import status
from resyn.project import Project
from resyn.spec.files import read_ranges
from resyn.store.locks import locks_dir


def finish(project: Project, key: str, fingerprint: str) -> None:
    """Leave what a finished batch leaves."""
    rows = read_ranges(project.ranges)[key]
    lock = project.shard(key) / "dvc.lock"
    stages = yaml.safe_load(lock.read_bytes())["stages"] if lock.exists() else {}
    params = {"params.yaml": {"plan.fingerprint": fingerprint}, "plan/ranges.json": {key: [rows.start, rows.stop]}}
    lock.write_text(yaml.safe_dump({"schema": "2.0", "stages": stages | {f"batch@{key}": {"params": params}}}))
    for path in (project.batch(key), project.trace(key)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def begin(project: Project, key: str) -> None:
    """Leave what a batch leaves that was begun."""
    lock = locks_dir(project.root / ".resyn", project.root) / f"{key}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    later = project.generation.stat().st_mtime_ns + 1
    os.utime(lock, ns=(later, later))


def tree(root: Path) -> set[Path]:
    """Return every path below a folder."""
    return set(root.rglob("*"))


def test_before_a_plan_everything_is_to_do_and_nothing_is_written(project: Project) -> None:
    """Looking changes nothing."""
    before = tree(project.root)
    found = status(project)
    assert tree(project.root) == before
    assert (found.finished, found.open, found.to_do) == ((), (), ("b00000", "b00001", "b00002"))
    assert found.next[0] == "It makes the plan."


def test_batches_are_finished_open_or_to_do(project: Project) -> None:
    """Finished: recorded with this identity and these rows, and there. Open: begun since."""
    fingerprint = plan(project, print).fingerprint
    finish(project, "b00000", fingerprint)
    begin(project, "b00000")
    begin(project, "b00001")
    found = status(project)
    assert (found.finished, found.open, found.to_do) == (("b00000",), ("b00001",), ("b00002",))
    assert "2 batches (b00001, b00002)" in found.next[0]


def test_another_identity_makes_everything_to_do(project: Project) -> None:
    """Whatever was begun under the earlier one."""
    finish(project, "b00000", plan(project, print).fingerprint)
    begin(project, "b00001")
    project.params.write_text(project.params.read_text().replace("seed: 1", "seed: 2"))
    found = status(project)
    assert found.to_do == ("b00000", "b00001", "b00002")
    assert found.next[0] == "It plans anew: the config describes other rows now."


def test_a_finished_dataset_has_nothing_next(project: Project) -> None:
    """Every batch, the metrics, and export's entry in dvc.lock have to fit."""
    import hashlib

    fingerprint = plan(project, print).fingerprint
    for key in read_ranges(project.ranges):
        finish(project, key, fingerprint)
    assert status(project).next == ("It exports the dataset and writes the report.",)
    project.dataset.mkdir(parents=True)
    project.metrics.write_text(json.dumps({"fingerprint": fingerprint, "rows": 45, "missing": 0}))
    md5 = hashlib.md5(project.export.read_bytes(), usedforsecurity=False).hexdigest()
    lock = {"schema": "2.0", "stages": {"export": {"cmd": "resyn export", "deps": [{"path": "plan/export.json", "md5": md5}]}}}
    (project.root / "dvc.lock").write_text(yaml.safe_dump(lock))
    assert status(project).next == ("It has nothing to do.",)
