"""`dvc repro`, and why it failed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from resyn.dvc.repository import init_repository
from resyn.dvc.repro import repro
from resyn.errors import ResynError, Stopped, Unwritable
from support.disk import small_disk

NOTE = """\
import json, pathlib, sys
note = {"code": 3, "stage": "plan", "message": "later", "next_command": "go on", "project": str(pathlib.Path.cwd())}
pathlib.Path(".resyn").mkdir(exist_ok=True)
pathlib.Path(".resyn/last_exit.json").write_text(json.dumps(note))
sys.exit(3)
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with one stage that runs stage.py."""
    for name in ("DVC_STAGE", "DVC_ROOT"):
        monkeypatch.delenv(name, raising=False)
    init_repository(tmp_path)
    (tmp_path / "dvc.yaml").write_text(f"stages:\n  only:\n    cmd: {sys.executable} stage.py\n")
    return tmp_path


def test_it_waits_for_another_command_to_let_go_of_the_lock(repository: Path) -> None:
    """And says so each time it tries again."""
    import zc.lockfile  # type: ignore[import-untyped]  # what DVC locks with

    (repository / "stage.py").write_text("open('made', 'w').close()")
    (repository / ".dvc" / "tmp").mkdir(exist_ok=True)
    lock = zc.lockfile.LockFile(str(repository / ".dvc" / "tmp" / "lock"))
    shown: list[str] = []

    def show(line: str) -> None:
        shown.append(line)
        if "trying again" in line:
            lock.close()

    repro(repository, show=show)
    assert (repository / "made").exists()
    assert "another DVC command is running here: trying again in 1 s" in shown


def test_a_stage_of_ours_gives_its_code_and_words(repository: Path) -> None:
    """DVC's own code is 255 for every failure."""
    (repository / "stage.py").write_text(NOTE)
    with pytest.raises(Stopped, match="plan: later\n  go on"):
        repro(repository, show=print)


def test_a_stage_of_a_person_is_left_to_what_dvc_says(repository: Path) -> None:
    """A note of an earlier run is not taken for it."""
    (repository / "stage.py").write_text(NOTE)
    with pytest.raises(Stopped):
        repro(repository, show=print)
    (repository / "stage.py").write_text(
        "import sys; print('ERROR: Unable to acquire lock', file=sys.stderr); sys.exit(7)  # of a DVC that this stage ran"
    )
    with pytest.raises(ResynError, match="`dvc repro` failed") as failed:
        repro(repository, show=print)
    assert failed.value.exit_code == 1


def test_a_disk_that_is_full_when_dvc_saves_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage succeeded and left no note; its out stays."""
    monkeypatch.delenv("DVC_STAGE", raising=False)
    with small_disk(tmp_path / "disk", "3m") as disk:
        init_repository(disk.path)
        command = f'{sys.executable} -c \'open("big", "wb").write(bytes(2_000_000))\''
        (disk.path / "dvc.yaml").write_text(f"stages:\n  only:\n    cmd: {command}\n    outs: [big]\n")
        with pytest.raises(Unwritable, match=f"cannot write below {disk.path}.*: the disk is full, DVC says"):
            repro(disk.path, show=print)
        assert (disk.path / "big").stat().st_size == 2_000_000
