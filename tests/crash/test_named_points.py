"""Killed at a named point, `dvc repro` or `resyn run` goes on and comes out as if nothing had been."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from support.dvc_project import DVCProject
from support.processes import in_project, wait_until

COMMIT_GROUP = 64
IN_FLIGHT = 8
POINTS = [
    pytest.param("before-group", id="answers arrived, none stored"),
    pytest.param("after-group", id="between two groups of the store", marks=pytest.mark.slow),
    pytest.param("after-group#3", id="between two later groups", marks=pytest.mark.slow),
    pytest.param("row-group:b00000.parquet", id="while a row group is written", marks=pytest.mark.slow),
    pytest.param("before-rename:b00001.parquet", id="before the rename of a file of a batch", marks=pytest.mark.slow),
    pytest.param("after-rename:b00001.parquet", id="between the renames of the two files of a batch"),
    pytest.param("after-rename:b00001.parquet#2", id="after a batch was renamed, before DVC recorded it", marks=pytest.mark.slow),
    pytest.param("before-rename:params.yaml", id="before plan renames params.yaml", marks=pytest.mark.slow),
    pytest.param("after-rename:params.yaml", id="after plan renamed params.yaml", marks=pytest.mark.slow),
    pytest.param("after-rename:generation.json", id="between the files of a plan", marks=pytest.mark.slow),
    pytest.param("before-rename:grown.json", id="after all batches, before grow says so", marks=pytest.mark.slow),
    pytest.param("before-rename:train.parquet", id="before export renames its first file", marks=pytest.mark.slow),
    pytest.param("after-rename:train.parquet", id="while export writes", marks=pytest.mark.slow),
]


@pytest.fixture(scope="module")
def ready(planned: DVCProject, tmp_path_factory: pytest.TempPathFactory) -> DVCProject:
    """Return a planned project of another prompt: a run plans first."""
    project = planned.copy(tmp_path_factory.mktemp("ready") / "project")
    project.edit("configs/reviews.yaml", "RECORD of", "SHORT RECORD of")
    return project


@pytest.fixture(scope="module")
def whole(ready: DVCProject, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what a run that nothing interrupted makes."""
    project = ready.copy(tmp_path_factory.mktemp("whole") / "project")
    project.repro()
    return made(project)


def made(project: DVCProject) -> dict[str, bytes]:
    """Return the dataset and the counts of rows, requests and tokens, byte for byte."""
    return project.dataset() | {"metrics.json": (project.root / "metrics.json").read_bytes()}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("point", POINTS)
def test_a_run_killed_at_a_named_point_comes_out_the_same(ready: DVCProject, whole: dict[str, bytes], tmp_path: Path, point: str) -> None:
    """The process that reaches it dies, the next run goes on: no row lost or doubled, at most one group of answers asked for again."""
    project = ready.copy(tmp_path / "project")
    project.server.reset()
    project.server.configure(latency_ms=40, jitter=0.9)  # so that answers come in several groups
    killed = project.repro(check=False, RESYN_KILL_AT=point)
    assert killed.returncode != 0
    wait_until(lambda: not in_project(project))
    project.server.configure(latency_ms=0, jitter=0)
    project.repro()
    files = sorted((project.root / "data/batches").iterdir())
    assert [row for path in files for row in pq.read_table(path)["__row"].to_pylist()] == list(range(12))
    assert made(project) == whole
    stats = project.server.stats()
    assert stats["repeated"] <= IN_FLIGHT + COMMIT_GROUP
    if "group" not in point or point.startswith("row"):
        assert stats["repeated"] == 0
