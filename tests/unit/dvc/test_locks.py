"""What is read of DVC's locks."""

from __future__ import annotations

from pathlib import Path

import pytest

from resyn.dvc.locks import Entry, find_stale, is_recorded, read_entries
from resyn.project import Project

LOCK = """\
schema: '2.0'
stages:
  batch@b00000:
    cmd: resyn generate b00000
    deps:
    - path: plan/generation.json
      hash: md5
      md5: 74012f38dbcb65ea29c6e6860bef091f
      size: 77
    params:
      params.yaml:
        plan.fingerprint: sha256:aa
      plan/ranges.json:
        b00000:
        - 0
        - 20
    outs:
    - path: data/batches/b00000.parquet
      hash: md5
      md5: bf6783943c272885b3a8f41172e80017
      size: 36
  batch@b00001:
    cmd: resyn generate b00001
    params:
      params.yaml:
        plan.fingerprint: sha256:aa
      plan/ranges.json:
        b00001:
        - 20
        - 40
"""
RANGES = {"b00000": range(20), "b00001": range(20, 40), "b00010": range(200, 220)}


def with_lock(root: Path, text: str) -> Project:
    """Return a project whose first shard has this lock."""
    project = Project(root)
    (project.root / "batches" / "000").mkdir(parents=True)
    (project.root / "batches" / "000" / "dvc.lock").write_text(text)
    return project


def make_files(project: Project, key: str) -> None:
    """Put the files of a batch where they belong."""
    for path in (project.batch(key), project.trace(key)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_entries_are_read(tmp_path: Path) -> None:
    """Identity and rows of each batch."""
    project = with_lock(tmp_path, LOCK)
    assert read_entries(project.shard("b00000") / "dvc.lock") == {
        "b00000": Entry("sha256:aa", range(20)),
        "b00001": Entry("sha256:aa", range(20, 40)),
    }
    assert is_recorded(project, "b00000", "sha256:aa", range(20))
    assert not is_recorded(project, "b00000", "sha256:bb", range(20))
    assert not is_recorded(project, "b00000", "sha256:aa", range(19))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "stages:",
        "stages: []",
        "- 1",
        "stages: {1: 2}",
        "stages: {batch@b00000: }",
        "stages: {batch@b00000: {params: {params.yaml: 3}}}",
        "stages: {batch@b00000: {params: {params.yaml: {plan.fingerprint: sha256:aa}, plan/ranges.json: {b00000: 0}}}}",
        "stages: {batch@b00000: {params: {params.yaml: {plan.fingerprint: sha256:aa}, plan/ranges.json: {b00000: [0, x]}}}}",
        "<<<<<<< HEAD\n" + LOCK,
        "stages: {\0",
    ],
)
def test_a_lock_of_another_form_records_nothing(tmp_path: Path, text: str) -> None:
    """Some tears still parse as YAML."""
    assert read_entries(with_lock(tmp_path, text).shard("b00000") / "dvc.lock") == {}


def test_a_lock_torn_anywhere_never_records_what_it_did_not_say(tmp_path: Path) -> None:
    """DVC writes locks in place: every prefix of one can be met."""
    lock = with_lock(tmp_path, "").shard("b00000") / "dvc.lock"
    for length in range(len(LOCK)):
        lock.write_text(LOCK[:length])
        for key, entry in read_entries(lock).items():
            assert "sha256:aa".startswith(entry.fingerprint)
            assert (key, entry.rows.start) in {("b00000", 0), ("b00001", 20)}


def test_a_batch_is_stale_unless_recorded_and_there(tmp_path: Path) -> None:
    """An entry alone proves nothing, nor does a file."""
    project = with_lock(tmp_path, LOCK)
    make_files(project, "b00000")
    make_files(project, "b00010")
    assert find_stale(project, "sha256:aa", RANGES) == ("b00001", "b00010")
    assert find_stale(project, "sha256:bb", RANGES) == ("b00000", "b00001", "b00010")
    project.trace("b00000").unlink()
    assert "b00000" in find_stale(project, "sha256:aa", RANGES)
