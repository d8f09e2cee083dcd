"""This repository is itself a project."""

from __future__ import annotations

from pathlib import Path

from resyn.plan.plan import compare
from resyn.project import Project

ROOT = Path(__file__).parents[2]


def test_the_plan_of_this_repository_is_as_plan_writes_it() -> None:
    """Or the first `dvc repro` in a clone would leave changed files behind."""
    changes = compare(Project(ROOT))[1]
    assert changes.steps == ()
