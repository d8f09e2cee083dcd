"""What the `dvc` that runs a stage can know of."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resyn.dvc import around


@pytest.mark.parametrize(("seconds_later", "known"), [(-5.0, False), (0.0, False), (0.05, False), (0.5, True), (3600.0, True)])
def test_a_file_is_known_to_a_dvc_that_started_clearly_later(tmp_path: Path, seconds_later: float, known: bool) -> None:
    """In doubt it is not: its stages are then run by grow, which takes longer and is right either way."""
    file = tmp_path / "dvc.yaml"
    file.write_text("stages: {}")
    assert around.knows(file, file.stat().st_ctime + seconds_later) is known


def test_a_file_with_an_old_date_is_as_new_as_it_came(tmp_path: Path) -> None:
    """A checkout or an archive may set a date: only when the file really changed counts."""
    file = tmp_path / "dvc.yaml"
    file.write_text("stages: {}")
    os.utime(file, (0, 0))
    assert not around.knows(file, file.stat().st_ctime - 5)


def test_without_a_dvc_around_nothing_is_known(tmp_path: Path) -> None:
    """`resyn grow` typed by hand makes all that is stale."""
    assert around.started(tmp_path) is None
    assert not around.knows(tmp_path, None)


@pytest.mark.parametrize(("at", "is_ours"), [("project", True), ("project/batches", True), ("another", False)])
def test_only_a_dvc_that_works_on_this_project_knows_its_stages(tmp_path: Path, at: str, is_ours: bool) -> None:
    """A stage of another project may call `resyn grow` here: its `dvc` makes nothing of ours, however long it runs already."""
    (tmp_path / at).mkdir(parents=True)
    (tmp_path / "project").mkdir(exist_ok=True)
    asks = "import pathlib, sys; from resyn.dvc import around; print(around.started(pathlib.Path(sys.argv[1])))"
    dvc = tmp_path / "dvc"
    dvc.write_text(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {asks!r}, sys.argv[1]], cwd=sys.argv[1], check=True)")
    before = time.time()
    said = subprocess.run([sys.executable, dvc, tmp_path / "project"], cwd=tmp_path / at, capture_output=True, text=True, check=True).stdout
    assert (before - 1 < float(said) < time.time()) if is_ours else said == "None\n"
