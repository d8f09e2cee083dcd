"""Ranges that wait to be adopted."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from resyn.store.staged import NotWhole, find, is_staged, place, publish, staged_dir, staging

FINGERPRINT = "sha256:" + "ab" * 32
ROWS = range(20, 40)


def stage(state: Path, rows: range = ROWS, words: bytes = b"rows") -> Path:
    """Stage a range with files of any content."""
    with staging(state, FINGERPRINT, rows) as work:
        (work / "rows.parquet").write_bytes(words)
        (work / "traces.parquet").write_bytes(b"traces")
        return publish(work, FINGERPRINT, rows, missing=1, answers=60)


def test_a_staged_range_is_found_under_its_identity_and_its_rows(tmp_path: Path) -> None:
    """And under no other."""
    folder = stage(tmp_path)
    assert folder == tmp_path / "staged" / ("ab" * 32) / "20-40" == staged_dir(tmp_path, FINGERPRINT, ROWS)
    found = find(tmp_path, FINGERPRINT, ROWS)
    assert found is not None
    assert (found.rows.read_bytes(), found.traces.read_bytes(), found.missing, found.answers) == (b"rows", b"traces", 1, 60)
    assert find(tmp_path, FINGERPRINT, range(20, 41)) is None
    assert find(tmp_path, "sha256:" + "cd" * 32, ROWS) is None


def _tear(folder: Path) -> None:
    (folder / "rows.parquet").write_bytes(b"row")


def _flip(folder: Path) -> None:
    (folder / "traces.parquet").write_bytes(b"trbces")


def _lose(folder: Path) -> None:
    (folder / "traces.parquet").unlink()


def _tear_note(folder: Path) -> None:
    (folder / "staged.json").write_text('{"fingerprint": ')


def _lose_note(folder: Path) -> None:
    (folder / "staged.json").unlink()


def _move(folder: Path) -> None:
    folder.rename(folder.with_name("0-20"))


@pytest.mark.parametrize("damage", [_tear, _flip, _lose, _tear_note, _lose_note])
def test_what_is_not_whole_is_refused(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """Torn, flipped, lost, without its note: never rows of a dataset."""
    damage(stage(tmp_path))
    with pytest.raises(NotWhole):
        find(tmp_path, FINGERPRINT, ROWS)
    assert not is_staged(tmp_path, FINGERPRINT, ROWS)


def test_a_range_under_the_name_of_another_is_refused(tmp_path: Path) -> None:
    """What its note says counts, not where it lies."""
    _move(stage(tmp_path))
    with pytest.raises(NotWhole, match="another identity or range"):
        find(tmp_path, FINGERPRINT, range(20))


def test_a_block_that_raises_stages_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    """A range appears whole or not at all."""
    with suppress(RuntimeError), staging(tmp_path, FINGERPRINT, ROWS) as work:
        (work / "rows.parquet").write_bytes(b"half")
        raise RuntimeError
    assert list((tmp_path / "staged" / ("ab" * 32)).iterdir()) == []


def test_leftovers_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    """An experiment beside this one may be staging the same rows."""
    parent = staged_dir(tmp_path, FINGERPRINT, ROWS).parent
    dead, living = parent / ".20-40.999999999.tmp", parent / f".20-40.{os.getppid()}.tmp"
    dead.mkdir(parents=True)
    living.mkdir()
    stage(tmp_path)
    assert {path.name for path in parent.iterdir()} == {"20-40", living.name}


def test_a_range_staged_again_replaces_the_first(tmp_path: Path) -> None:
    """And its note is the new one's."""
    stage(tmp_path)
    stage(tmp_path, words=b"others")
    found = find(tmp_path, FINGERPRINT, ROWS)
    assert found is not None
    assert found.rows.read_bytes() == b"others"


def test_a_staged_file_is_placed_without_a_second_copy(tmp_path: Path) -> None:
    """A hard link, where the file system has them."""
    target = tmp_path / "data" / "b00000.parquet"
    place(stage(tmp_path) / "rows.parquet", target)
    assert target.read_bytes() == b"rows"
    assert target.stat().st_nlink == 2
    assert [path.name for path in target.parent.iterdir()] == ["b00000.parquet"]
