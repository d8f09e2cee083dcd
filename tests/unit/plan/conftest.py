"""A project on disk, as `resyn init` leaves it but for DVC's own files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from resyn.project import Project
from resyn.scaffold.init import read_scaffold

CONFIG = """\
columns:
  - {name: id, column_type: sampler, sampler_type: uuid, params: {}}
  - {name: n, column_type: sampler, sampler_type: uniform, params: {low: 0, high: 1}}
"""


@pytest.fixture(autouse=True)
def _outside_dvc(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DVC_STAGE", "DVC_ROOT", "DVC_EXP_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project that is not planned yet: 45 rows in batches of 20."""
    root = tmp_path / "project"
    for name, data in read_scaffold().items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (root / "configs" / "test.yaml").write_text(CONFIG)
    (root / "params.yaml").write_text(
        'config: configs/test.yaml\nnum_records: 45\nbatch_size: 20\nseed: 1\ndraw: 0\nreference_date: "2026-01-01"\n'
    )
    (root / ".dvc").mkdir()
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return Project(root)
