"""Fewer rows and then as many as before: inside a shard and across shards."""

import pytest

from support.dvc_project import DVCProject


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "fewer", "batch_size"), [(12, 6, 4), (100, 60, 20), (2000, 60, 150)])
def test_fewer_rows_and_back_ask_nothing(project: DVCProject, rows: int, fewer: int, batch_size: int) -> None:
    """A cut batch, batches that go, a shard that goes: plan stops once with code 3; the way back is free, byte for byte."""
    project.set(num_records=rows, batch_size=batch_size)
    project.resyn("run")
    original, asked = project.dataset(), project.requests
    assert (len(project.rows()), asked) == (rows, 2 * rows)
    project.commit()
    project.set(num_records=fewer)
    assert "resyn plan, exited with 3" in project.repro(check=False).stdout
    project.repro()
    batches = -(-fewer // batch_size)
    assert len(project.rows()) == fewer
    assert len(list((project.root / "data/batches").glob("*.parquet"))) == batches
    assert len(list((project.root / "batches").iterdir())) == 1
    project.set(num_records=rows)
    project.repro()
    assert (project.requests, project.dataset()) == (asked, original)
    assert "up to date" in project.dvc("status").stdout
