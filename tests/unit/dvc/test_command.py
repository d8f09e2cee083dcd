"""DVC as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from resyn.dvc.command import run_dvc
from resyn.dvc.repository import init_repository

STAGE = """
stages:
  slow:
    cmd: {python} -c 'import pathlib, signal, time; {first}; pathlib.Path("began").touch(); time.sleep(60)'
    outs: [never]
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty git and DVC repository."""
    for name in ("DVC_STAGE", "DVC_ROOT"):
        monkeypatch.delenv(name, raising=False)
    init_repository(tmp_path)
    return tmp_path


def test_a_repository_is_made_once(repository: Path) -> None:
    """And it sends nothing home."""
    before = (repository / ".dvc" / "config").read_text()
    assert "analytics = false" in before
    init_repository(repository)
    assert (repository / ".dvc" / "config").read_text() == before


def test_a_folder_in_a_git_repository_gets_a_dvc_repository_of_its_own(tmp_path: Path) -> None:
    """Its state is then where DVC says the repository is."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    inner = tmp_path / "inner"
    inner.mkdir()
    init_repository(inner)
    assert (inner / ".dvc").is_dir()
    assert not (inner / ".git").exists()


def test_another_command_that_holds_the_lock_is_told_from_a_failure(repository: Path) -> None:
    """What is shown is what DVC says; success is neither."""
    import zc.lockfile  # type: ignore[import-untyped]  # what DVC locks with

    shown: list[str] = []
    assert run_dvc(repository, ["repro"], shown.append).code
    assert not run_dvc(repository, ["repro"], shown.append).was_busy
    (repository / "dvc.yaml").write_text("stages: {}\n")
    lock = zc.lockfile.LockFile(str(repository / ".dvc" / "tmp" / "lock"))
    try:
        ended = run_dvc(repository, ["repro"], shown.append)
    finally:
        lock.close()
    assert (bool(ended.code), ended.was_busy) == (True, True)
    assert "Unable to acquire lock" in "\n".join(shown)
    assert run_dvc(repository, ["repro"], shown.append).code == 0


@pytest.fixture
def interrupted_by_usr1() -> Iterator[None]:
    """Make SIGUSR1 what SIGTERM is to a command of ours."""

    def handler(*_: object) -> None:
        raise KeyboardInterrupt(signal.SIGTERM)

    before = signal.signal(signal.SIGUSR1, handler)
    yield
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.usefixtures("interrupted_by_usr1")
@pytest.mark.parametrize("first", ["pass", "signal.signal(signal.SIGINT, signal.SIG_IGN)"])
def test_an_interruption_ends_dvc_and_its_stage(repository: Path, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGTERM reaches one process only, and DVC ignores SIGINT while its stage runs, as the stage may: both are ended before we are."""
    monkeypatch.setattr("resyn.dvc.command._GRACE_SECONDS", 1.0)
    (repository / "dvc.yaml").write_text(STAGE.format(python=sys.executable, first=first))

    def interrupt() -> None:
        while not (repository / "began").exists():
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGUSR1)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        run_dvc(repository, ["repro"], print)
    thread.join()
    assert run_dvc(repository, ["status"], print).code == 0  # nobody holds the lock


@pytest.mark.usefixtures("interrupted_by_usr1")
def test_an_interruption_lets_dvc_record_what_has_finished(repository: Path) -> None:
    """DVC writes its locks in place: one that comes while it saves a thousand files is for the next stage, never for DVC itself."""
    quick = f"  quick:\n    cmd: mkdir one && seq 1000 | split -l 1 -a 3 - one/ && kill -USR1 {os.getpid()}\n    outs: [one]\n"
    slow = STAGE.format(python=sys.executable, first="pass").replace("outs: [never]", "deps: [one]")
    (repository / "dvc.yaml").write_text(slow + quick)
    with pytest.raises(KeyboardInterrupt):
        run_dvc(repository, ["repro"], print)
    assert "quick:" in (repository / "dvc.lock").read_text()
    assert "slow:" not in (repository / "dvc.lock").read_text()
