"""Runs killed with SIGKILL again and again until they finish: nothing lost, nothing doubled, nothing paid for twice but what was under way."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

import psutil  # type: ignore[import-untyped]
import pyarrow.parquet as pq
import pytest

from support.dvc_project import DVCProject, environment
from support.processes import answered, in_project, kill_tree, repro_started, typed, wait_until, wait_until_reaped

COMMIT_GROUP = 64
ORPHAN_SECONDS = 5.0
KILLS = int(os.environ.get("RESYN_CRASH_KILLS", "200"))
ROWS, BATCH, PARALLEL, LATENCY = 400, 200, 64, 0.3
"""800 requests, 64 at a time: four seconds of asking, at the least."""
KILLS_A_LIFE = 5
"""Kills of one project before it may finish."""
PHASES = ("row-group", "before-rename", "after-rename", "before-rename:params.yaml", "before-rename:train.parquet", "recording")
EACH_PHASE = max(1, KILLS // 20)


@dataclass
class Tally:
    """Count what kills hit and what they cost."""

    kills: Counter[str] = field(default_factory=Counter)
    busy: Counter[str] = field(default_factory=Counter)
    """Of them, those that hit requests in flight."""
    in_flight: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    longest_orphan: float = 0.0
    lives: int = 0

    def table(self) -> str:
        """Return it for a person."""
        head = f"{'killed':<34}{'kills':>7}{'hit requests':>14}{'in flight':>11}{'repeated':>10}"
        rows = [f"{how:<34}{self.kills[how]:>7}{self.busy[how]:>14}{self.in_flight[how]:>11}{self.repeated[how]:>10}" for how in self.kills]
        total = f"{'all':<34}{sum(self.kills.values()):>7}{sum(self.busy.values()):>14}{sum(self.in_flight.values()):>11}{sum(self.repeated.values()):>10}"
        rest = (
            f"{self.lives} projects finished, every export byte for byte the uninterrupted one; longest orphan {self.longest_orphan:.1f} s"
        )
        return "\n".join(["", head, *rows, total, rest])


def only_first(process: Popen[str]) -> None:
    """Kill the command a person typed, and nothing below it."""
    process.kill()


Kill = Callable[[Popen[str]], None]
WAYS: dict[str, tuple[tuple[str, ...], Kill]] = {
    "resyn run, all of it": (("resyn", "run"), kill_tree),
    "resyn run alone": (("resyn", "run"), only_first),
    "dvc repro, all of it": ((sys.executable, "-m", "dvc", "repro"), kill_tree),
    "dvc repro, dvc alone": ((sys.executable, "-m", "dvc", "repro"), only_first),
}


def kill_once(project: DVCProject, tally: Tally, way: str, chance: random.Random) -> int:
    """Kill a run at a random moment while it asks; return how many requests were in flight."""
    command, how = WAYS[way]
    begun = project.server.stats()["answered"]
    with typed(project, *command) as run:
        wait_until(answered(project, begun + chance.randint(1, 2 * ROWS // KILLS_A_LIFE - 40)), run)
        time.sleep(chance.uniform(0, LATENCY / 2))
        processes, in_flight = in_project(project), int(project.server.stats()["in_flight"])
        how(run)
        killed = time.monotonic()
        wait_until(lambda: not in_project(project))
        gone = time.monotonic() - killed
    wait_until_reaped(processes)
    assert gone < ORPHAN_SECONDS
    tally.longest_orphan = max(tally.longest_orphan, gone)
    tally.kills[way] += 1
    tally.busy[way] += in_flight > 0
    tally.in_flight[way] += in_flight
    return in_flight


def check(project: DVCProject, rows: int, expected: dict[str, bytes]) -> None:
    """Compare a project that was killed and has finished with one that never was."""
    indices = [row for path in sorted((project.root / "data/batches").iterdir()) for row in pq.read_table(path)["__row"].to_pylist()]
    assert indices == list(range(rows))  # none lost, none doubled, and no file but the batches
    assert project.dataset() == expected
    assert "up to date" in project.dvc("status").stdout


def live(project: DVCProject, tally: Tally, way: str, kills: int, chance: random.Random) -> None:
    """Kill one project so many times, then let it finish; after each kill the bound holds for all of them so far."""
    project.server.reset()
    bound = 0
    for _ in range(kills):
        bound += kill_once(project, tally, way, chance) + COMMIT_GROUP
        assert project.server.stats()["repeated"] <= bound
    project.resyn("run")
    repeated = project.server.stats()["repeated"]
    assert repeated <= bound
    tally.repeated[way] += repeated
    tally.lives += 1


def hit_phase(project: DVCProject, tally: Tally, phase: str) -> None:
    """Kill a run that asks nothing any more within one phase, and let it finish."""
    project.server.reset()
    if phase == "recording":
        with repro_started(project) as repro:
            wait_until(lambda: any("generate" in " ".join(_words(process)) for process in in_project(project)), repro)
            wait_until(lambda: len(list((project.root / "data/traces").glob("b*.parquet"))) > 0, repro)
            wait_until(lambda: not any("generate" in " ".join(_words(process)) for process in in_project(project)), repro)
            processes = in_project(project)
            kill_tree(repro)
        wait_until_reaped(processes)
    else:
        done = project.repro(check=False, RESYN_KILL_AT=phase)
        assert done.returncode != 0, phase
        wait_until(lambda: not in_project(project))
    project.resyn("run")
    tally.kills[f"phase: {phase}"] += 1
    tally.repeated[f"phase: {phase}"] += project.server.stats()["repeated"]


def _words(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return list(process.cmdline())
    return []


def larger(planned: DVCProject, folder: Path, rows: int, batch: int) -> tuple[DVCProject, dict[str, bytes]]:
    """Return a project to kill, planned, and what it comes to when nothing stops it."""
    project = planned.copy(folder / "larger")
    project.edit("configs/reviews.yaml", "max_parallel_requests: 8", f"max_parallel_requests: {PARALLEL}")
    project.set(num_records=rows, batch_size=batch)
    project.resyn("plan")
    whole = project.copy(folder / "whole")
    whole.resyn("run")
    return project, whole.dataset()


@pytest.mark.timeout(600)
def test_runs_killed_whole_and_alone_come_out_the_same(planned: DVCProject, tmp_path: Path) -> None:
    """A sample: one kill of each kind, of one project."""
    project, whole = larger(planned, tmp_path, 100, 50)
    project.server.configure(latency_ms=LATENCY * 1000, jitter=0.5)
    project.server.reset()
    chance, tally = random.Random(20261123), Tally()  # noqa: S311 - moments
    bound = 0
    for way in ("resyn run, all of it", "dvc repro, dvc alone"):
        begun = project.server.stats()["answered"]
        command, how = WAYS[way]
        with typed(project, *command) as run:
            wait_until(answered(project, begun + chance.randint(1, 40)), run)
            processes, in_flight = in_project(project), project.server.stats()["in_flight"]
            how(run)
            wait_until(lambda: not in_project(project))
        wait_until_reaped(processes)
        bound += in_flight + COMMIT_GROUP
        tally.kills[way] += 1
    project.server.configure(latency_ms=0)
    project.repro()
    check(project, 100, whole)
    assert project.server.stats()["repeated"] <= bound


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_runs_killed_at_random_moments_come_out_the_same(planned: DVCProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Four kinds of kills while models are asked, and every other phase hit by name; the table is what they hit and cost."""
    chance, tally = random.Random(20261124), Tally()  # noqa: S311 - moments
    project, whole = larger(planned, tmp_path, ROWS, BATCH)
    phases = [phase for phase in PHASES for _ in range(EACH_PHASE)]
    asking = KILLS - len(phases)
    project.server.configure(latency_ms=LATENCY * 1000, jitter=0.5)
    for number, first in enumerate(range(0, asking, KILLS_A_LIFE)):
        victim = project.copy(tmp_path / f"life{number}")
        live(victim, tally, list(WAYS)[number % len(WAYS)], min(KILLS_A_LIFE, asking - first), chance)
        check(victim, ROWS, whole)
    project.server.configure(latency_ms=0, jitter=0)
    small = planned.copy(tmp_path / "small")
    small.edit("configs/reviews.yaml", "RECORD of", "SHORT RECORD of")
    small_whole = small.copy(tmp_path / "small_whole")
    small_whole.resyn("run")
    for number, phase in enumerate(phases):
        victim = small.copy(tmp_path / f"phase{number}")
        hit_phase(victim, tally, phase)
        check(victim, 12, small_whole.dataset())
    with capsys.disabled():
        print(tally.table())  # noqa: T201 - the figures are the point
    assert sum(tally.busy.values()) >= 0.8 * asking
    assert sum(tally.kills.values()) == KILLS


def test_a_signal_is_no_kill(planned: DVCProject, tmp_path: Path) -> None:
    """SIGINT and SIGTERM of `resyn run`: it stops in order, and nothing at all is asked for twice."""
    project = planned.copy(tmp_path / "project")
    project.server.configure(latency_ms=200, jitter=0.5)
    project.server.reset()
    for number, name in enumerate((signal.SIGINT, signal.SIGTERM)):
        with Popen(["resyn", "run"], cwd=project.root, env=environment(), start_new_session=True, text=True) as run:
            wait_until(answered(project, 4 + 8 * number))
            run.send_signal(name)
            assert run.wait(60) == 130
    project.server.configure(latency_ms=0)
    project.resyn("run")
    assert project.server.stats()["repeated"] <= 2 * 8  # what was in flight, where a signal cut it off
