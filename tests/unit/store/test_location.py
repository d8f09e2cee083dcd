"""Where the shared state is."""

from __future__ import annotations

from pathlib import Path

import pytest

from resyn.store.location import state_dir


@pytest.fixture(autouse=True)
def _outside_dvc(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DVC_STAGE", "DVC_ROOT"):
        monkeypatch.delenv(name, raising=False)


def test_a_project_has_its_own_state(tmp_path: Path) -> None:
    """Outside any experiment it is the project's folder, and looking makes nothing."""
    assert state_dir(tmp_path) == tmp_path / ".resyn"
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_experiment_shares_the_state_of_its_repository(tmp_path: Path) -> None:
    """The path of a queued or temporary experiment tells where it came from, for a project in a subfolder too."""
    assert state_dir(tmp_path / ".dvc" / "tmp" / "exps" / "tmp1a2b" / "datasets") == tmp_path / ".resyn"
    assert state_dir(tmp_path / ".dvc" / "tmp" / "exps" / "tmp1a2b") == tmp_path / ".resyn"


def test_a_stage_uses_the_repository_that_dvc_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a stage `DVC_ROOT` is the outer repository, for the project that DVC runs it in and for no other that it works on."""
    (tmp_path / "copy").mkdir()
    monkeypatch.chdir(tmp_path / "copy")
    monkeypatch.setenv("DVC_STAGE", "batch@b00000")
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "outer"))
    assert state_dir(Path()) == tmp_path / "outer" / ".resyn"
    assert state_dir(tmp_path / "another") == tmp_path / "another" / ".resyn"


def test_a_root_left_over_from_elsewhere_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a stage `DVC_ROOT` says nothing about this project."""
    monkeypatch.setenv("DVC_ROOT", "/elsewhere")
    assert state_dir(tmp_path) == tmp_path / ".resyn"
