"""A budget in the config, under plain `dvc repro` and under `resyn run`."""

from __future__ import annotations

import json

from support.dvc_project import DVCProject


def test_a_spent_budget_ends_dvc_and_a_run_with_3_and_both_go_on(project: DVCProject) -> None:
    """Not one request too many, every answer kept; raising it reruns nothing and asks for no answer twice."""
    project.edit("configs/reviews.yaml", "name: reviews\n", "name: reviews\nbudget: {requests: 10}\n")
    assert project.repro(check=False).returncode != 0
    note = json.loads((project.root / ".resyn/last_exit.json").read_bytes())
    assert note["code"] == 3
    assert "the budget of 10 requests is spent" in note["message"]
    assert "raise `budget`" in note["next_command"]
    assert project.requests == project.server.stats()["answered"] == 10
    assert "spent     10 requests, " in project.resyn("status").stdout
    fingerprint = project.fingerprint
    project.edit("configs/reviews.yaml", "requests: 10", "requests: 17")
    done = project.resyn("run", check=False)
    assert done.returncode == 3
    assert project.requests == 17
    project.edit("configs/reviews.yaml", "budget: {requests: 17}\n", "")
    project.resyn("run")
    assert len(project.rows()) == 12
    assert project.fingerprint == fingerprint
    assert project.requests == 24
