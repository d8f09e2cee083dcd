"""`dvc repro` killed with SIGKILL, whole or its `dvc` alone: nothing lost, nothing doubled, nothing paid for twice but what was under way."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pyarrow.parquet as pq
import pytest

from support.dvc_project import DVCProject
from support.processes import answered, in_project, kill_tree, repro_started, wait_until, wait_until_reaped

COMMIT_GROUP = 64
ORPHAN_SECONDS = 5.0
ROWS, BATCH, LATENCY = 60, 20, 0.25
"""120 requests, 8 at a time: four seconds of asking, in a run of six to eight."""
KILLS = 10


@dataclass(frozen=True)
class Kill:
    """Say what one kill hit."""

    moment: str
    in_flight: int
    orphan_seconds: float
    """How long anything of the run was alive after it."""


def only_dvc(process: Popen[str]) -> None:
    """Kill the `dvc` a person started, and nothing below it."""
    process.kill()


def kill(project: DVCProject, count: int, later: float, how: Callable[[Popen[str]], None]) -> Kill:
    """Kill a run `later` seconds after the server's answer number `count`, and wait until no process is left."""
    with repro_started(project) as repro:
        wait_until(answered(project, count), repro)
        time.sleep(later)
        processes = in_project(project)
        in_flight = project.server.stats()["in_flight"]
        how(repro)
        killed = time.monotonic()
        wait_until(lambda: not in_project(project))
        gone = time.monotonic() - killed
    wait_until_reaped(processes)
    assert gone < ORPHAN_SECONDS
    return Kill(f"{count} answers and {later * 1000:.0f} ms", in_flight, gone)


def check(project: DVCProject, rows: int, expected: dict[str, bytes]) -> None:
    """Compare a project that was killed and has finished with one that never was."""
    indices = [row for path in sorted((project.root / "data/batches").iterdir()) for row in pq.read_table(path)["__row"].to_pylist()]
    assert indices == list(range(rows))  # none lost, none doubled, and no file but the batches
    assert project.dataset() == expected
    assert "up to date" in project.dvc("status").stdout


def test_a_run_killed_whole_and_then_its_dvc_alone_comes_out_the_same(planned: DVCProject, tmp_path: Path) -> None:
    """Two kills of one project; each costs at most one request for each of the four rows of a batch."""
    whole, killed = (planned.copy(tmp_path / name) for name in ("whole", "killed"))
    planned.server.configure(latency_ms=100, jitter=0.5)
    whole.repro()
    planned.server.reset()
    kill(killed, 5, 0.0, kill_tree)
    kill(killed, 13, 0.0, only_dvc)
    killed.repro()
    check(killed, 12, whole.dataset())
    assert planned.server.stats()["repeated"] <= 2 * 4


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("how", "seed"), [(kill_tree, 20261123), (only_dvc, 20261124)], ids=["whole tree", "dvc alone"])
def test_a_run_killed_at_random_moments_comes_out_the_same(
    planned: DVCProject, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: Callable[[Popen[str]], None], seed: int
) -> None:
    """Ten kills, each of a new copy; four of five hit requests that are under way."""
    longer = planned.copy(tmp_path / "longer")
    longer.set(num_records=ROWS, batch_size=BATCH)
    longer.resyn("plan")
    longer.server.configure(latency_ms=LATENCY * 1000, jitter=0.5)
    whole = longer.copy(tmp_path / "whole")
    whole.repro()
    chance = random.Random(seed)  # noqa: S311 - moments
    hits = 0
    table = [f"seed {seed}", f"{'killed after':<26}{'in flight':>10}{'repeated':>10}{'answered':>10}{'orphan s':>10}"]
    for number in range(KILLS):
        project = longer.copy(tmp_path / f"killed{number}")
        project.server.reset()
        hit = kill(project, chance.randint(1, 2 * ROWS - 1), chance.uniform(0, LATENCY), how)
        project.repro()
        check(project, ROWS, whole.dataset())
        stats = project.server.stats()
        repeated, answered_before = stats["repeated"], stats["repeated_after_answer"]
        assert repeated <= hit.in_flight + COMMIT_GROUP
        hits += hit.in_flight > 0
        table.append(f"{hit.moment:<26}{hit.in_flight:>10}{repeated:>10}{answered_before:>10}{hit.orphan_seconds:>10.2f}")
    with capsys.disabled():
        print("", *table, sep="\n")  # noqa: T201 - the figures are the point
    assert hits >= 0.8 * KILLS
