"""Runs in this process, what they said and touched."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import pytest

from resyn.engine.making import Engine
from resyn.errors import ConfigError, ResynError, Stopped
from resyn.pipeline import Pipeline
from resyn.resume import ResumeMode
from support.dvc_project import DVCProject

MODES = [str(mode) for mode in ResumeMode]
ROWS, REQUESTS = 12, 24


@dataclass
class Run:
    """Hold what a run said and made."""

    said: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    """Keys of the batches whose rows were made in the run's own process."""

    @property
    def text(self) -> str:
        """Return all it said."""
        return "\n".join(self.said)


def run(project: DVCProject, mode: str, batches: int | None = None) -> Run:
    """Run in this process, under the engine that RESYN_ENGINE names for DVC's stages; the counts of the server begin anew."""
    done = Run()
    project.server.reset()
    engine: Engine = "sync" if os.environ.get("RESYN_ENGINE") == "sync" else "async"
    pipeline = Pipeline(project.root, notice=done.said.append)
    try:
        pipeline.run(resume=mode, batches=batches, engine=engine, on_batch=lambda report: done.made.append(report.key))
    except Stopped:
        if batches is None:
            raise
    return done


def refused(project: DVCProject, mode: str, error: type[ResynError] = ConfigError) -> str:
    """Return the message of a run that was refused; nothing was touched and nothing asked."""
    before = state(project)
    with pytest.raises(error) as caught:
        run(project, mode)
    assert state(project) == before
    assert project.requests == 0
    return str(caught.value)


def state(project: DVCProject) -> dict[str, bytes]:
    """Return every file of a project but those of git, of DVC's own and of the store."""
    return {
        str(path.relative_to(project.root)): path.read_bytes()
        for path in project.root.rglob("*")
        if path.is_file() and path.relative_to(project.root).parts[0] not in {".git", ".dvc", ".resyn"}
    }


def is_fresh(project: DVCProject, rows: int = 4) -> None:
    """Run the first batch with `never`: draw is raised, every answer is new, and the way back is said."""
    done = run(project, "never", batches=1)
    assert "starting fresh: draw 0 → 1 in params.yaml" in done.text
    assert "`draw: 0` and `resyn run` bring them back" in done.text
    assert "\ndraw: 1\n" in (project.root / "params.yaml").read_text()
    stats = project.server.stats()
    assert (done.made, stats["requests"], stats["distinct"]) == (["b00000"], 2 * rows, 2 * rows)


def forget_plan_and_locks(project: DVCProject) -> None:
    """Leave the files of batches and nothing that says what they are."""
    for lock in (project.root / "dvc.lock", project.root / "batches/000/dvc.lock"):
        lock.unlink()
    params = project.root / "params.yaml"
    params.write_text(params.read_text().partition("plan:")[0])
    for path in (project.root / "plan").iterdir():
        path.unlink()
