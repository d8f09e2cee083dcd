"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from resyn.errors import ResynError
from resyn.store import atomic


def names(folder: Path) -> list[str]:
    """Return what a folder holds."""
    return sorted(path.name for path in folder.iterdir())


def test_a_written_file_is_there_and_nothing_else_is(tmp_path: Path) -> None:
    """The folder is made where it is missing and no temporary name stays."""
    target = tmp_path / "deep" / "down" / "file.json"
    atomic.write(target, b"new")
    assert target.read_bytes() == b"new"
    assert names(target.parent) == ["file.json"]


def replace_slowly(target: Path, step: str, explode: Callable[[], None]) -> None:
    """Write "new" in small steps and explode at the named one."""
    with atomic.replacing(target) as temp:
        for name, data in (("before writing", b""), ("half written", b"ne"), ("written", b"new")):
            if data:
                temp.write_bytes(data)
            if name == step:
                explode()


@pytest.mark.parametrize("step", ["before writing", "half written", "written", "sync", "rename"])
def test_a_boom_at_any_step_leaves_the_earlier_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Whatever step raises, the target holds what it held before and the folder holds nothing else."""
    target = tmp_path / "file.json"
    atomic.write(target, b"old")
    boom = RuntimeError("boom")

    def explode(*_: object) -> None:
        raise boom

    if step == "sync":
        monkeypatch.setattr(os, "fsync", explode)
    if step == "rename":
        monkeypatch.setattr(Path, "replace", explode)
    with pytest.raises(RuntimeError, match="boom"):
        replace_slowly(target, step, explode)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["file.json"]


def test_a_reader_never_sees_the_temporary_name(tmp_path: Path) -> None:
    """The temporary file is hidden, in the target's own folder, and named after the process, as `.dvcignore` expects."""
    target = tmp_path / "rows.parquet"
    with atomic.replacing(target) as temp:
        assert temp == tmp_path / f".rows.parquet.{os.getpid()}.tmp"
        temp.write_bytes(b"")
        assert not target.exists()


def test_an_equal_file_is_not_touched(tmp_path: Path) -> None:
    """`write_if_changed` writes only what differs, so that nothing that watches time stamps wakes up."""
    target = tmp_path / "plan.json"
    assert atomic.write_if_changed(target, b"a")
    before = target.stat()
    assert not atomic.write_if_changed(target, b"a")
    assert (target.stat().st_ino, target.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert atomic.write_if_changed(target, b"b")
    assert target.read_bytes() == b"b"


@pytest.mark.parametrize(("code", "reason"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "no permission")])
def test_a_disk_that_will_not_take_it_is_said_with_the_path(tmp_path: Path, code: int, reason: str) -> None:
    """The error names the file and what is wrong with the disk, and says that the earlier work is kept."""
    target = tmp_path / "plan.json"
    with pytest.raises(ResynError, match=reason) as caught, atomic.replacing(target):
        raise OSError(code, os.strerror(code))
    assert str(target) in str(caught.value)
    assert "kept" in caught.value.hint


def test_a_path_below_a_file_keeps_its_own_error(tmp_path: Path) -> None:
    """What is no matter of disk or permission passes as it is."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises((NotADirectoryError, FileExistsError)):
        atomic.write(tmp_path / "file" / "below", b"")


def test_a_failure_on_another_file_is_not_blamed_on_this_one(tmp_path: Path) -> None:
    """A block that reads a file it may not read raises that error, unchanged."""
    other = PermissionError(errno.EACCES, "Permission denied", "/elsewhere/seed.csv")
    with pytest.raises(PermissionError, match=r"seed\.csv"), atomic.replacing(tmp_path / "rows.parquet"):
        raise other


def test_leftovers_of_killed_processes_can_be_removed(tmp_path: Path) -> None:
    """Those of one file; another's, and the file itself, stay."""
    target = tmp_path / "b00000.parquet"
    for name in (target.name, ".b00000.parquet.71.tmp", ".b00000.parquet.72.tmp", ".b00001.parquet.71.tmp"):
        (tmp_path / name).touch()
    atomic.remove_leftovers(target)
    assert names(tmp_path) == [".b00001.parquet.71.tmp", "b00000.parquet"]
