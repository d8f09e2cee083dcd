"""Stages that are not those of the plan are refused."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from resyn.errors import ConfigError
from resyn.plan.check import check_stages
from resyn.plan.plan import plan
from resyn.project import Project
from resyn.spec.files import read_ranges


def edit(shard: Path) -> None:
    """Change a stage by hand."""
    path = shard / "dvc.yaml"
    path.write_text(path.read_text().replace("resyn generate", "nice resyn generate"))


def add(shard: Path) -> None:
    """Copy a shard to where no batch is planned."""
    shutil.copytree(shard, shard.with_name("007"))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (shutil.rmtree, "batches/000/dvc.yaml: this file of batch stages is missing"),
        (edit, "batches/000/dvc.yaml: this file of batch stages is not as `resyn plan` wrote it"),
        (add, "batches/007/dvc.yaml: this file of batch stages is of no planned batch"),
    ],
)
def test_a_damaged_shard_names_the_command_that_mends_it(project: Project, damage: object, words: str) -> None:
    """And planning again mends it."""
    plan(project, print)
    ranges = read_ranges(project.ranges)
    check_stages(project, ranges)
    assert callable(damage)
    damage(project.root / "batches" / "000")
    with pytest.raises(ConfigError, match=re.escape(f"{words}\n  run `resyn plan`")):
        check_stages(project, ranges)
    plan(project, print)
    check_stages(project, ranges)
