"""What else a run may find on disk: damage, foreign files, an empty folder, what another engine began."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from support.dvc_project import DVCProject
from support.resumed import forget_plan_and_locks, refused, run


def test_a_batch_file_with_a_damaged_page_is_not_adopted(finished: DVCProject) -> None:
    """What it says of itself is whole, a byte of its rows is not: made again from answers."""
    original = finished.dataset()
    forget_plan_and_locks(finished)
    path = finished.root / "data/batches/b00001.parquet"
    first = pq.read_metadata(path).row_group(0).column(0)
    content = bytearray(path.read_bytes())
    path.unlink()
    content[first.data_page_offset + first.total_compressed_size - 3] ^= 0xFF
    path.write_bytes(content)
    said = run(finished, "if_possible").text
    assert "b00000, b00002: made before, and not recorded; taken as they are" in said
    assert (finished.requests, finished.dataset()) == (0, original)


def test_foreign_files_beside_batches_are_no_batches(finished: DVCProject) -> None:
    """With a hole, too: the batch that is missing is made, from answers, and what is not ours stays."""
    original = finished.dataset()
    foreign = [finished.root / "data/batches" / name for name in ("b00000_extra.parquet", "notes.txt", "batch_00000.parquet")]
    for path in foreign:
        path.write_text("mine")
    (finished.root / "data/batches/b00001.parquet").unlink()
    run(finished, "if_possible")
    assert (finished.requests, finished.dataset()) == (0, original)
    assert all(path.exists() for path in foreign)


def test_an_empty_folder_is_as_none(project: DVCProject) -> None:
    """Nothing to resume, and something to start."""
    (project.root / "data/batches").mkdir(parents=True)
    (project.root / "data/traces").mkdir()
    assert "there is nothing to resume here" in refused(project, "always")
    assert sorted(run(project, "if_possible").made) == ["b00000", "b00001", "b00002"]


@pytest.mark.parametrize("before", ["async", "sync"])
def test_a_run_stopped_under_one_engine_goes_on_under_the_other(
    holed_template: DVCProject, server: object, tmp_path: Path, before: str
) -> None:
    """The hole is filled by the other driver, and all of it made by either: the same bytes."""
    assert holed_template.server is server
    made = []
    for engine in ("async", "sync"):
        project = holed_template.copy(tmp_path / engine)
        project.server.reset()
        killed = project.resyn("run", "--engine", before, check=False, RESYN_KILL_AT="after-group")
        assert killed.returncode != 0
        project.resyn("run", "--engine", engine)
        assert project.server.stats()["repeated"] <= 8
        made.append(project.dataset())
    assert made[0] == made[1]
