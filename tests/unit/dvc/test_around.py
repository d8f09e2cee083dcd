"""What the `dvc` that runs a stage can know of."""

from __future__ import annotations

import os
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
    assert around.started() is None
    assert not around.knows(tmp_path, None)
