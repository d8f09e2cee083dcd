"""A laptop's day: everything a person does to a project between morning and night, and what it cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.dvc_project import DVCProject
from support.processes import answered, in_project, interrupt, kill_tree, typed, wait_until, wait_until_reaped


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_laptops_day_asks_for_nothing_twice_but_what_was_cut_off(project: DVCProject, tmp_path: Path) -> None:
    """Run, Ctrl-C, edit, run, kill -9, extend, go back, extend again, commit, clone, pull, edit: the server's total is its distinct requests.

    Ctrl-C waits for what is in flight, and costs nothing. What is in flight at the kill -9 alone may come again.
    """
    server, cut = project.server, 0
    server.configure(latency_ms=200)
    with typed(project, "resyn", "run") as run:
        wait_until(answered(project, 3), run)
        interrupt(run)
        assert run.wait(60) == 130
    assert server.stats()["disconnects"] == 0
    project.edit("configs/reviews.yaml", "RECORD of", "SHORT RECORD of")
    with typed(project, "resyn", "run") as run:
        wait_until(answered(project, 12), run)
        processes = in_project(project)
        cut += int(server.stats()["in_flight"]) + 64
        kill_tree(run)
    wait_until_reaped(processes)
    server.configure(latency_ms=0)
    assert project.resyn("run", check=False, RESYN_KILL_AT="before-rename:train.parquet").returncode == 1
    project.resyn("run")
    project.set(num_records=18)
    project.resyn("run")
    longer = project.dataset()
    project.set(num_records=12)
    project.resyn("run")
    project.set(num_records=20)
    project.repro()
    assert project.dataset()["train.csv"].startswith(longer["train.csv"])
    project.dvc("remote", "add", "--default", "store", tmp_path / "remote")
    project.commit()
    project.dvc("push")
    clone = project.clone(tmp_path / "clone")
    clone.dvc("pull")
    assert clone.stages_run(clone.repro()) == []
    before = clone.requests
    clone.edit("configs/reviews.yaml", "SHORT RECORD of", "LAST RECORD of")
    clone.resyn("run")
    stats = server.stats()
    assert (clone.requests - before, clone.asked("LAST RECORD")) == (20, 20)
    assert len(clone.rows()) == 20
    assert stats["requests"] - stats["distinct"] <= cut
    assert stats["requests"] - stats["distinct"] == stats["repeated"]
