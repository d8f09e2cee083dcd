"""Every cell of the table in docs/resume.md, under both engines, on a real DVC repository and a model server that counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resyn.errors import ResynError
from resyn.pipeline import Pipeline
from resyn.store.locks import hold, locks_dir
from support.dvc_project import DVCProject
from support.resumed import MODES, REQUESTS, ROWS, forget_plan_and_locks, is_fresh, refused, run, state


@pytest.fixture(autouse=True, params=["async", pytest.param("sync", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the engine of the run and of the stages that DVC starts."""
    monkeypatch.setenv("RESYN_ENGINE", request.param)


@pytest.mark.parametrize("mode", MODES)
def test_nothing(project: DVCProject, mode: str) -> None:
    """It starts, under `always` it says that there is nothing to go on with."""
    if mode == "always":
        assert "there is nothing to resume here" in refused(project, mode)
        return
    assert sorted(run(project, mode).made) == ["b00000", "b00001", "b00002"]
    assert (len(project.rows()), project.requests) == (ROWS, REQUESTS)
    assert "\ndraw: 0\n" in (project.root / "params.yaml").read_text()


@pytest.mark.parametrize("mode", MODES)
def test_some_batches_missing(holed_template: DVCProject, server: object, tmp_path: Path, mode: str) -> None:
    """A hole in the middle: that batch, and no other."""
    assert holed_template.server is server
    project = holed_template.copy(tmp_path / "project")
    if mode == "never":
        return is_fresh(project)
    assert run(project, mode).made == ["b00001"]
    assert (len(project.rows()), project.requests) == (ROWS, REQUESTS // 3)
    return None


@pytest.mark.parametrize("mode", MODES)
def test_a_batch_killed_half_way(project: DVCProject, finished_template: DVCProject, mode: str) -> None:
    """The answers of eight rows are stored, and of half of the first batch's: the others are asked."""
    for number in (0, 1):
        Pipeline(project.root).import_answers(finished_template.root / f"data/traces/b0000{number}.parquet")
    if mode == "never":
        return is_fresh(project)
    run(project, mode)
    assert (len(project.rows()), project.requests) == (ROWS, REQUESTS // 3)
    return None


@pytest.mark.parametrize("mode", MODES)
def test_all_finished(finished: DVCProject, mode: str) -> None:
    """Already complete: no model, nothing rewritten, processors not run again; fresh and back again costs nothing."""
    before = state(finished)
    if mode == "never":
        original = finished.dataset()
        run(finished, mode)
        assert (len(finished.rows()), finished.requests) == (ROWS, REQUESTS)
        finished.set(draw=0)
        run(finished, "if_possible")
        assert (finished.requests, finished.dataset()) == (0, original)
        return
    written = (finished.root / "data/dataset/train.parquet").stat().st_mtime_ns
    assert "already complete: 12 rows in 3 batches" in run(finished, mode).text
    assert (finished.requests, state(finished)) == (0, before)
    assert (finished.root / "data/dataset/train.parquet").stat().st_mtime_ns == written


@pytest.mark.parametrize("mode", MODES)
def test_another_identity(finished: DVCProject, mode: str) -> None:
    """Refused with what changed, or made from the answers that fit."""
    finished.edit("configs/reviews.yaml", "RECORD of", "NEW RECORD of")
    if mode == "never":
        return is_fresh(finished)
    if mode == "always":
        assert "column 'record' changed" in refused(finished, mode)
        return None
    assert "column 'record' changed" in run(finished, mode).text
    assert (finished.requests, finished.asked("NEW RECORD")) == (ROWS, ROWS)
    return None


@pytest.mark.parametrize("mode", MODES)
def test_another_version_of_the_scheme(finished: DVCProject, mode: str) -> None:
    """Unknown is not changed: only `never` goes on."""
    path = finished.root / "plan/generation.json"
    path.write_text(path.read_text().replace('"fingerprint_version": 1', '"fingerprint_version": 0'))
    if mode == "never":
        return is_fresh(finished)
    message = refused(finished, mode)
    assert "identity scheme v0 → v1: cannot tell whether the config changed" in message
    assert "`--resume never` starts fresh" in message
    return None


@pytest.mark.parametrize("mode", MODES)
def test_a_larger_target(finished: DVCProject, mode: str) -> None:
    """Two rows more: their four requests."""
    finished.set(num_records=14)
    if mode == "never":
        return is_fresh(finished)
    assert run(finished, mode).made == ["b00003"]
    assert (len(finished.rows()), finished.requests) == (14, 4)
    return None


@pytest.mark.parametrize("mode", MODES)
def test_a_smaller_target(finished: DVCProject, mode: str) -> None:
    """Both numbers in the refusal; else the cut batch from answers, and no model."""
    finished.set(num_records=6)
    if mode == "never":
        return is_fresh(finished)
    if mode == "always":
        assert "num_records is 6, and 12 rows are finished" in refused(finished, mode)
        return None
    run(finished, mode)
    assert (len(finished.rows()), finished.requests) == (6, 0)
    return None


@pytest.mark.parametrize("mode", MODES)
def test_another_batch_size(finished: DVCProject, mode: str) -> None:
    """Cut again from answers, the dataset byte for byte the same."""
    original = finished.dataset()
    finished.set(batch_size=6)
    if mode == "never":
        return is_fresh(finished, 6)
    run(finished, mode)
    assert (finished.requests, finished.dataset()) == (0, original)
    return None


@pytest.mark.parametrize("mode", MODES)
def test_batch_files_without_locks_or_plan(finished: DVCProject, mode: str) -> None:
    """They are known by what they say of themselves, and adopted; no answer is needed."""
    forget_plan_and_locks(finished)
    (finished.root / ".resyn/responses.sqlite").unlink()
    original = finished.dataset()
    if mode == "never":
        return is_fresh(finished)
    assert "b00000, b00001, b00002: made before, and not recorded; taken as they are" in run(finished, mode).text
    assert (finished.requests, finished.dataset()) == (0, original)
    return None


@pytest.mark.parametrize("mode", MODES)
def test_batch_files_of_another_config_without_locks_or_plan(finished: DVCProject, mode: str) -> None:
    """None fits: `always` says so, the others start."""
    forget_plan_and_locks(finished)
    finished.set(seed=8)
    if mode == "never":
        return is_fresh(finished)
    if mode == "always":
        assert "3 files of batches, and none is of this config" in refused(finished, mode)
        return None
    run(finished, mode)
    assert (len(finished.rows()), finished.requests) == (ROWS, REQUESTS)
    return None


def tear(path: Path) -> None:
    """Cut a file."""
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])


def edit(path: Path) -> None:
    """Change a cell by hand."""
    table = pq.read_table(path)
    path.unlink()
    pq.write_table(table.set_column(1, "topic", pa.array(["anvil"] * table.num_rows)).cast(table.schema), path)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("damage", [tear, edit])
def test_a_batch_file_torn_or_edited(finished: DVCProject, damage: Callable[[Path], None], mode: str) -> None:
    """That batch again, from answers, and said."""
    original = finished.dataset()
    damage(finished.root / "data/batches/b00001.parquet")
    if mode == "never":
        return is_fresh(finished)
    assert "b00001: not the files that DVC recorded; made again from stored answers" in run(finished, mode).text
    assert (finished.requests, finished.dataset()) == (0, original)
    assert Pipeline(finished.root).verify() == ()
    return None


@pytest.mark.parametrize("mode", MODES)
def test_a_plan_or_parameters_that_cannot_be_read(finished: DVCProject, mode: str) -> None:
    """Both with file and line."""
    plan, params = finished.root / "plan/generation.json", finished.root / "params.yaml"
    kept = plan.read_text()
    plan.write_text(kept[:200])
    assert "plan/generation.json:" in refused(finished, mode)
    plan.write_text(kept)
    params.write_text(params.read_text().replace("num_records: 12", "num_records: [12"))
    assert "params.yaml:" in refused(finished, mode)


@pytest.mark.parametrize("mode", MODES)
def test_a_damaged_store(finished: DVCProject, mode: str) -> None:
    """Set aside and said; a clone's worth of answers comes from the traces."""
    store = finished.root / ".resyn/responses.sqlite"
    with store.open("r+b") as file:
        file.write(b"\xff" * 4096)
    finished.set(batch_size=6)
    if mode == "never":
        return is_fresh(finished, 6)
    said = run(finished, mode).text
    assert "the response store was damaged: it is set aside as" in said
    assert finished.requests == 0
    assert len(list((finished.root / ".resyn").glob("responses.sqlite.corrupt-*Z"))) == 1
    return None


@pytest.mark.parametrize("mode", MODES)
def test_an_export_interrupted_half_way(finished: DVCProject, mode: str) -> None:
    """Export again; no batch is written."""
    original = finished.dataset()
    (finished.root / "data/dataset/train.csv").unlink()
    written = (finished.root / "data/batches/b00000.parquet").stat().st_mtime_ns
    if mode == "never":
        return is_fresh(finished)
    assert run(finished, mode).made == []
    assert (finished.requests, finished.dataset()) == (0, original)
    assert (finished.root / "data/batches/b00000.parquet").stat().st_mtime_ns == written
    return None


@pytest.mark.parametrize("mode", MODES)
def test_another_run_is_active_here(finished: DVCProject, mode: str) -> None:
    """Its pid and start are named."""
    lock = locks_dir(finished.root / ".resyn", finished.root) / "run.lock"
    with hold(lock, wait=0):
        holder = json.loads(lock.read_bytes())
        message = refused(finished, mode, ResynError)
    assert f"process {holder['pid']} has held" in message
    assert holder["since"] in message


def test_an_unknown_mode_is_refused_with_those_there_are(finished: DVCProject) -> None:
    """From the command line and from Python."""
    assert finished.resyn("run", "--resume", "sometimes", check=False).returncode == 2
    assert "never, always, if_possible" in refused(finished, "sometimes")
