"""`resyn grow`: run the batch stages that the `dvc repro` around it could not know of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from resyn.dvc import around, git
from resyn.dvc.locks import find_stale
from resyn.dvc.repro import repro
from resyn.plan.canonical import canonical
from resyn.plan.check import check_stages
from resyn.plan.section import read_fingerprint
from resyn.project import Project
from resyn.spec.files import read_ranges
from resyn.store import atomic

_STAGES_A_COMMAND = 500
"""A command line holds a few thousand names; DVC takes a second to start."""


@dataclass(frozen=True, slots=True)
class Grown:
    """Say which of the planned batches this stage had made or restored."""

    planned: int
    stale: tuple[str, ...]


def grow(project: Project, notice: Callable[[str], None]) -> Grown:
    """Make every planned batch that is stale and that the `dvc repro` around this stage does not know of, then write plan/grown.json.

    DVC fixes its list of stages when it starts, so that those `resyn plan` adds in the same `dvc repro` wait for this stage. The others
    it runs itself, which takes half of what a `dvc repro` inside it and its own look at the result take.

    Raises:
        ConfigError: there is no plan, or the files of batch stages are not as planned.
        ResynError: a batch could not be made, with its code and message.
    """
    ranges = read_ranges(project.ranges)
    check_stages(project, ranges)
    since = around.started(project.root)
    unknown = {key: rows for key, rows in ranges.items() if not around.knows(project.shard(key) / "dvc.yaml", since)}
    stale = find_stale(project, read_fingerprint(project.params), unknown)
    for start in range(0, len(stale), _STAGES_A_COMMAND):
        stages = [project.stage(key) for key in stale[start : start + _STAGES_A_COMMAND]]
        repro(project.root, stages, single=True, show=notice)
    atomic.write_if_changed(project.grown, canonical(list(ranges)))
    git.stage_plan_of_experiment(project.root)
    return Grown(len(ranges), stale)
