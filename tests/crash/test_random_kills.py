"""Runs killed with SIGKILL again and again until they finish: nothing lost, nothing doubled, nothing paid for twice but what was under way."""

from __future__ import annotations

import os
import random
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import Popen
from threading import Lock

import pyarrow.parquet as pq
import pytest

from resyn.testing import model_server
from support.dvc_project import DVCProject, environment
from support.kills import ENOUGH_LEFT, EXPORT, PLAN, REPRO, RUN, WAYS, Life, Tally
from support.processes import answered, wait_until

KILLS = int(os.environ.get("RESYN_CRASH_KILLS", "200"))
EACH_PHASE = KILLS // 20
"""Projects that are killed in every other phase, too."""
ROWS, BATCH, PARALLEL = 768, 128, 64
"""1,536 requests of two model columns, 64 at a time."""
SLOW = {"latency_ms": 600, "jitter": 0.5}
"""Of the server: a quarter of a minute of asking, at the least."""
ASKING_KILLS = 14
"""Of one project, at random moments while it asks."""
AT_ONCE = 2
"""Projects that live at the same time, each beside a server of its own."""


def larger(planned: DVCProject, folder: Path, rows: int, batch: int, parallel: int) -> tuple[DVCProject, dict[str, bytes]]:
    """Return a project to kill, with a prompt that is not planned yet, and what it comes to when nothing stops it."""
    project = planned.copy(folder / "larger")
    project.edit("configs/reviews.yaml", "max_parallel_requests: 8", f"max_parallel_requests: {parallel}")
    project.edit("configs/reviews.yaml", "RECORD of", "SHORT RECORD of")
    project.set(num_records=rows, batch_size=batch)
    whole = project.copy(folder / "whole")
    whole.resyn("run")
    return project, whole.dataset()


def check(project: DVCProject, rows: int, expected: dict[str, bytes]) -> None:
    """Compare a project that was killed and has finished with one that never was."""
    indices = [row for path in sorted((project.root / "data/batches").iterdir()) for row in pq.read_table(path)["__row"].to_pylist()]
    assert indices == list(range(rows))  # none lost, none doubled, and no file but the batches
    assert project.dataset() == expected
    assert "up to date" in project.dvc("status").stdout


def live(life: Life, number: int) -> None:
    """Kill a project in every phase, fourteen times at random while it asks, and let it finish."""
    chance, commands = life.chance, (RUN, REPRO)
    is_phased = number < EACH_PHASE
    if is_phased:
        life.kill_named("plan is written", commands[number % 2], chance.choice(PLAN))
    named = {6: _kill_row_group, 12: _kill_rename} if is_phased else {}
    for kill in range(ASKING_KILLS + len(named)):
        if kill in named:
            named[kill](life)
        elif life.left >= ENOUGH_LEFT:
            life.kill_asking(list(WAYS)[(kill + number) % len(WAYS)])
    if is_phased:
        life.kill_recording(list(WAYS)[number % len(WAYS)])
        life.mend()
        life.kill_named("export writes", commands[(number + 1) % 2], chance.choice(EXPORT))
    life.finish(commands[number % 2])


def _kill_row_group(life: Life) -> None:
    life.kill_named("a row group is written", RUN, life.chance.choice(("row-group#1", "row-group#2")))


def _kill_rename(life: Life) -> None:
    """Kill at the rename of the first batch that is neither staged nor, by a stage of its own, in its place."""
    root = life.project.root
    staged = {path.name for path in (root / ".resyn/staged").glob("*/*-*")}
    made = {int(path.stem[1:]) * BATCH for path in (root / "data/batches").glob("b*.parquet")}
    ranges = (f"{start}-{start + BATCH}" for start in range(0, ROWS, BATCH) if start not in made)
    first = next(rows for rows in ranges if rows not in staged)
    life.kill_named("a batch is renamed", RUN, f"{life.chance.choice(('before', 'after'))}-rename:{first}")


@pytest.mark.timeout(600)
def test_runs_killed_whole_and_alone_come_out_the_same(planned: DVCProject, tmp_path: Path) -> None:
    """A sample: one project, killed as a whole, and dvc alone."""
    project, whole = larger(planned, tmp_path, 16, 16, 8)
    project.server.configure(latency_ms=300, jitter=0.5)
    project.server.reset()
    life = Life(project, 32, random.Random(20261123))  # noqa: S311 - moments
    life.kill_asking("resyn run, and all below", after=8)
    life.kill_asking("dvc alone, its stage left", after=4)
    project.server.configure(latency_ms=0)
    life.finish(REPRO)
    check(project, 16, whole)
    assert sum(life.tally.kills.values()) == 2
    assert life.tally.repeated <= life.bound


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_runs_killed_at_random_moments_come_out_the_same(planned: DVCProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Four kinds of kills while models are asked, and in every other phase; the table is what they hit and cost."""
    project, whole = larger(planned, tmp_path, ROWS, BATCH, PARALLEL)
    tally, guard = Tally(), Lock()

    def one(number: int) -> None:
        if sum(tally.kills.values()) >= KILLS:
            return
        with model_server(**SLOW) as server:
            victim = DVCProject(project.copy(tmp_path / f"life{number}").root, server)
            victim.edit("providers.yaml", project.server.endpoint, server.endpoint)
            life = Life(victim, 2 * ROWS, random.Random(number))  # noqa: S311 - moments
            live(life, number)
            check(victim, ROWS, whole)
        with guard:
            tally.add(life.tally)
            with capsys.disabled():
                print(f"{sum(tally.kills.values())} kills", flush=True)  # noqa: T201 - it takes a while

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for future in [pool.submit(one, number) for number in range(KILLS)]:
            future.result()
    with capsys.disabled():
        print(tally.table())  # noqa: T201 - the figures are the point
    for way in list(WAYS)[:3]:  # a stage whose dvc is gone waits for what is in flight: there, little is cut off
        assert tally.busy["models are asked", way] >= 0.9 * tally.kills["models are asked", way]
    assert all(kills >= EACH_PHASE for kills, _, _ in tally.by(0).values())
    assert len(tally.by(0)) == 6


def test_a_signal_is_no_kill(planned: DVCProject, tmp_path: Path) -> None:
    """SIGINT and SIGTERM of `resyn run`: what is in flight is waited for, nothing is asked twice."""
    project = planned.copy(tmp_path / "project")
    project.server.configure(latency_ms=200, jitter=0.5)
    project.server.reset()
    for name in (signal.SIGINT, signal.SIGTERM):
        before = project.server.stats()["answered"]
        with Popen(["resyn", "run"], cwd=project.root, env=environment(), start_new_session=True, text=True) as run:
            wait_until(answered(project, before + 4))
            run.send_signal(name)
            assert run.wait(60) == 130
    project.server.configure(latency_ms=0)
    project.resyn("run")
    stats = project.server.stats()
    assert (stats["repeated"], stats["disconnects"]) == (0, 0)
    assert stats["requests"] == stats["distinct"] == 2 * 12
