"""Ctrl-C, SIGTERM, a killed `dvc`: what is finished stays, nothing goes on behind a person's back, and the next run goes on."""

from __future__ import annotations

import json
import signal
import time

from support.dvc_project import DVCProject
from support.processes import answered, in_project, interrupt, repro_started, stage_of, typed, wait_until, wait_until_reaped

SLOW = {"latency_ms": 300, "jitter": 0.5}
IN_FLIGHT = 4
"""At most, in a batch of four rows."""


def batches(project: DVCProject) -> list[str]:
    """Return the names of everything in data/batches, temporary files included."""
    return sorted(path.name for path in (project.root / "data/batches").iterdir())


def finishes(project: DVCProject, *, rows: int, kills: int) -> None:
    """Run to the end: every row is there, and nothing was asked for twice but what was in flight at a kill."""
    project.server.configure(latency_ms=0)
    project.repro()
    assert [row["label"][0] for row in project.rows()] == [row["topic"][0] for row in project.rows()]
    assert len(project.rows()) == rows
    assert project.server.stats()["repeated"] <= kills * IN_FLIGHT
    assert "up to date" in project.dvc("status").stdout


def test_sigterm_of_a_stage_and_ctrl_c_stop_dvc_repro_in_order(project: DVCProject) -> None:
    """In the first batch, then in the second: no process is left, git sees no data, and a message without a traceback says what is kept."""
    project.server.configure(**SLOW)
    with repro_started(project) as repro:
        wait_until(answered(project, 2), repro)
        stage_of(project, "generate b0000").send_signal(signal.SIGTERM)
        said, _ = repro.communicate(timeout=30)
    assert repro.returncode != 0
    assert "error: interrupted: every answer that arrived is kept\n  run the same command again to go on" in said
    assert json.loads((project.root / ".resyn/last_exit.json").read_bytes())["code"] == 130
    assert (batches(project), project.data_in_git_status(), in_project(project)) == ([], [], [])
    with repro_started(project) as repro:
        wait_until(answered(project, 10), repro)
        interrupt(repro)
        said, _ = repro.communicate(timeout=30)
    assert repro.returncode != 0
    assert "Traceback" not in said
    assert len(batches(project)) == 1
    assert (project.data_in_git_status(), in_project(project)) == ([], [])
    finishes(project, rows=12, kills=0)


def test_ctrl_c_and_a_killed_dvc_reach_the_batches_that_grow_makes(finished: DVCProject) -> None:
    """Two DVC commands deep: Ctrl-C ends `resyn run` with 130; a SIGKILL of the outer `dvc` alone leaves no orphan after 5 seconds."""
    finished.set(num_records=20)
    finished.server.configure(**SLOW)
    with typed(finished, "resyn", "run") as run:
        wait_until(answered(finished, 2), run)
        interrupt(run)
        said, _ = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "Traceback" not in said
    assert (len(batches(finished)), in_project(finished)) == (3, [])
    with repro_started(finished) as repro:
        wait_until(answered(finished, 6), repro)
        processes = in_project(finished)
        repro.kill()
        killed = time.monotonic()
        wait_until(lambda: not in_project(finished))
        assert time.monotonic() - killed < 5
    wait_until_reaped(processes)
    assert finished.server.stats()["in_flight"] == 0
    assert finished.data_in_git_status() == []
    finishes(finished, rows=20, kills=1)


def test_a_model_that_is_not_there_ends_a_run_with_1(project: DVCProject) -> None:
    """What the provider said is the message, and git sees no data."""
    project.server.configure(models=["another"])
    done = project.resyn("run", check=False)
    assert done.returncode == 1
    assert "404 Not Found: The model `fake` does not exist" in done.stdout.splitlines()[-2]
    assert project.data_in_git_status() == []


def test_a_target_lowered_by_a_stage_before_plan_ends_a_run_with_3(finished: DVCProject) -> None:
    """DVC began with batches that the plan then has no more; the second run goes on, and nothing is asked."""
    finished.edit("dvc.yaml", "stages:\n  plan:\n", f"stages:\n{LOWER}  plan:\n")
    finished.edit("dvc.yaml", "      - configs\n", "      - configs\n      - lowered\n")
    done = finished.resyn("run", check=False)
    assert done.returncode == 3
    assert "the plan now has 1 batches (was 3)" in done.stdout.replace("1 batch ", "1 batches ")
    finished.resyn("run")
    assert (len(finished.rows()), finished.requests) == (4, 0)


LOWER = """\
  lower:
    cmd: >-
      sed -i.old 's/^num_records:.*/num_records: 4/' params.yaml && touch lowered
    outs:
      - lowered
"""
