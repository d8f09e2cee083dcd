"""`resyn run`: all stale batches in one process, then DVC."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest

from resyn import Pipeline
from resyn.engine.batch_report import BatchReport
from resyn.errors import Stopped
from support.dvc_project import DVCProject
from support.processes import answered, kill_tree, typed, wait_until

RESYN = (sys.executable, "-c", "from resyn.cli import main; main()")


def files(project: DVCProject) -> dict[str, bytes]:
    """Return batches, traces and dataset, byte for byte."""
    found = [*(project.root / "data/batches").glob("b*"), *(project.root / "data/traces").glob("b*")]
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in sorted(found)} | project.dataset()


def staged(project: DVCProject) -> list[str]:
    """Return the ranges that are staged."""
    return sorted(path.name for path in (project.root / ".resyn/staged").glob("*/[0-9]*"))


def test_a_run_leaves_the_same_bytes_as_dvc_alone(project: DVCProject) -> None:
    """Batches, traces and dataset: `dvc repro` makes them from the answers of `resyn run`, and no byte is another."""
    said = project.resyn("run").stdout
    assert said.count("staged before") == 3
    assert staged(project) == []
    assert project.requests == 24
    by_run = files(project)
    project.sh("rm", "-rf", "data/batches", "data/traces", "data/dataset", ".dvc/cache")
    project.dvc("repro", "--force")
    assert files(project) == by_run
    assert project.requests == 24
    assert "up to date" in project.dvc("status").stdout


def test_part_of_the_batches_ends_with_3_and_the_command_that_goes_on(project: DVCProject) -> None:
    """A number, then keys, until so many rows are there: each adds to what is finished, and exports nothing."""
    first = project.resyn("run", "--batches", "1", check=False)
    assert (first.returncode, project.requests) == (3, 8)
    assert first.stdout.strip().splitlines()[-2:] == ["error: 1 of 3 batches are finished", "  run `resyn run` to make the others"]
    assert not (project.root / "data/dataset").exists()
    second = project.resyn("run", "--batches", "b00002", "--until", "8", check=False)
    assert second.returncode == 3, second.stdout
    assert [path.name for path in sorted((project.root / "data/batches").glob("b*"))] == ["b00000.parquet", "b00002.parquet"], second.stdout
    assert project.requests == 16
    over = project.resyn("run", "--until", "0s", check=False)
    assert (over.returncode, project.requests) == (3, 16)
    assert "error: the time is over, after 0 s; every answer is kept\n  run the same command again to go on" in over.stdout
    project.resyn("run")
    assert len(project.rows()) == 12
    assert project.requests == 24
    unknown = project.resyn("run", "--batches", "b00009", check=False)
    assert (unknown.returncode, project.requests) == (2, 24), unknown.stdout


def test_bounds_that_say_nothing_are_refused(project: DVCProject) -> None:
    """Before a model is asked."""
    assert project.resyn("run", "--batches", "b00009", check=False).returncode == 2
    assert project.requests == 0


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_finished_batches_to_the_next(project: DVCProject) -> None:
    """Killed between staging and DVC's record: what is staged is adopted, and no answer is asked for again."""
    project.server.configure(replies=[{"match": "a kettle", "reply": "slow"}])
    project.edit("configs/reviews.yaml", "max_parallel_requests: 8", "max_parallel_requests: 2")
    project.server.configure(latency_ms=60)
    with typed(project, *RESYN, "run") as run:
        wait_until(lambda: staged(project), run)
        kill_tree(run)
    project.server.configure(latency_ms=0)
    first = staged(project)
    assert first
    said = project.resyn("run").stdout
    assert said.count("staged before") == 3
    assert len(project.rows()) == 12
    assert project.server.stats()["repeated_after_answer"] <= 2 + 2  # in flight, and one group of the store at this pace
    assert staged(project) == []


@pytest.mark.slow
def test_batches_of_the_run_cache_are_restored_and_not_made(finished: DVCProject) -> None:
    """Back to an earlier config with an empty store: DVC has the batches, so nothing is asked."""
    before = finished.dataset()
    finished.set(seed=8)
    finished.resyn("run")
    assert finished.dataset() != before
    finished.server.reset()
    finished.sh("sh", "-c", "rm .resyn/responses.sqlite*")
    finished.set(seed=7)
    assert "staged before" not in finished.resyn("run").stdout
    assert finished.dataset() == before
    assert finished.requests == 0


def test_an_interrupted_run_keeps_what_is_finished(project: DVCProject) -> None:
    """Ctrl-C ends it with 130; what is staged stays, and is adopted later."""
    project.server.configure(latency_ms=100)
    with typed(project, *RESYN, "run") as run:
        wait_until(answered(project, 8), run)
        run.send_signal(signal.SIGINT)
        assert run.wait() == 130
    project.server.configure(latency_ms=0)
    project.resyn("run")
    assert len(project.rows()) == 12
    assert project.server.stats()["repeated_after_answer"] <= 8


@pytest.mark.slow
def test_one_driver_goes_on_where_the_other_stopped(project: DVCProject, tmp_path: Path) -> None:
    """One request at a time, then many: the same bytes as all at once in a project of its own."""
    other = project.copy(tmp_path / "other")
    assert project.resyn("run", "--engine", "sync", "--batches", "b00001", check=False).returncode == 3
    project.resyn("run", "--engine", "async")
    other.resyn("run", "--engine", "sync")
    assert project.dataset() == other.dataset()


def test_rows_that_cannot_be_made_fail_their_batch_and_no_other(project: DVCProject) -> None:
    """The batches that are whole are recorded first; the error names the rows of the others, which are among the rejects."""
    project.set(seed=3)  # with kettles in the second batch only
    project.edit("configs/reviews.yaml", "name: reviews\n", "name: reviews\nmax_redraws: 0\n")
    project.edit("configs/reviews.yaml", "RECORD of {{ text }}", "RECORD of a {{ topic }}: {{ text }}")
    project.server.configure(replies=[{"match": "RECORD of a kettle", "reply": "not this", "status": 400}])
    done = project.resyn("run", check=False)
    assert done.returncode == 1
    assert "2 of the rows of batch b00001 could not be made:\n  row 4: column 'record': " in done.stdout
    assert [path.stem for path in sorted((project.root / "data/batches").glob("b*"))] == ["b00000", "b00002"]
    assert "rejected  2 rows" in project.resyn("status").stdout
    (rejects,) = (project.root / ".resyn/rejects").rglob("*.jsonl")
    assert [json.loads(row)["row"] for row in rejects.read_text().splitlines()] == [4, 7]


def test_what_a_callback_raises_ends_the_run_and_keeps_the_batch(project: DVCProject) -> None:
    """The batch it was told of is staged; the next run adopts it and goes on."""

    class Enough(Exception):
        """What a person's own code raises."""

    told: list[BatchReport] = []

    def on_batch(batch: BatchReport) -> None:
        told.append(batch)
        raise Enough

    with pytest.raises(Enough):
        Pipeline(project.root).run(on_batch=on_batch)
    assert len(told) == 1
    assert (told[0].answers, len(told[0].rows)) == (8, 4)
    assert staged(project) == [f"{told[0].rows.start}-{told[0].rows.stop}"]
    left = Pipeline(project.root).estimate()
    assert (left.batches, left.exact + left.estimated <= 16) == (2, True)


@pytest.mark.slow
def test_a_run_works_beside_a_running_event_loop(project: DVCProject) -> None:
    """As in a notebook: `Pipeline.run` where a loop runs already, and `await Pipeline.arun`."""
    pipeline = Pipeline(project.root)

    async def notebook() -> None:
        with pytest.raises(Stopped, match="1 of 3 batches"):
            pipeline.run(batches=1)
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.01)

        ticking = asyncio.create_task(tick())
        await pipeline.arun()
        ticking.cancel()
        assert ticks > 20  # the loop was never held up for long

    asyncio.run(notebook())
    assert len(project.rows()) == 12
    assert project.requests == 24


@pytest.mark.slow
def test_a_cancelled_run_keeps_every_answer(project: DVCProject) -> None:
    """Nothing more is sent; what was in flight is stored, and the next run does not ask for it."""
    project.server.configure(latency_ms=150)

    async def notebook() -> None:
        running = asyncio.create_task(Pipeline(project.root).arun())
        await asyncio.to_thread(wait_until, answered(project, 1))
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(notebook())
    asked = project.requests
    assert 0 < asked < 24
    project.server.configure(latency_ms=0)
    project.resyn("run")
    assert project.requests == 24
