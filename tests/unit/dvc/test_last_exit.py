"""How a stage tells why it failed, DVC's code 255 aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from resyn.dvc.last_exit import LastExit, clear_last_exit, read_last_exit, write_last_exit


def note(root: Path, code: int = 3) -> LastExit:
    """Return a note of a failing plan."""
    return LastExit(code=code, stage="plan", message="the plan now has 8 batches", next_command="run `dvc repro` again", project=str(root))


def test_a_note_is_read_until_it_is_cleared(tmp_path: Path) -> None:
    """So that the next one is of the next run."""
    write_last_exit(tmp_path / ".resyn", note(tmp_path))
    assert read_last_exit(tmp_path / ".resyn", tmp_path) == note(tmp_path)
    clear_last_exit(tmp_path / ".resyn")
    clear_last_exit(tmp_path / ".resyn")
    assert read_last_exit(tmp_path / ".resyn", tmp_path) is None


def test_a_note_of_another_experiment_is_not_believed(tmp_path: Path) -> None:
    """Experiments share the state folder."""
    write_last_exit(tmp_path, note(tmp_path / "elsewhere"))
    assert read_last_exit(tmp_path, tmp_path) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"code": 1, "other": 2}'])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    """A torn note hides nothing: DVC's own message is on the screen."""
    (tmp_path / "last_exit.json").write_text(text)
    assert read_last_exit(tmp_path, tmp_path) is None


@pytest.mark.parametrize("code", [1, 2, 3, 130])
def test_a_note_becomes_the_error_with_its_code(tmp_path: Path, code: int) -> None:
    """`resyn run` exits as the stage would have."""
    error = note(tmp_path, code).error()
    assert error.exit_code == code
    assert str(error) == "plan: the plan now has 8 batches\n  run `dvc repro` again"
