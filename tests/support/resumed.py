"""Runs in this process, what they said and touched."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

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


def run(project: DVCProject, mode: str) -> Run:
    """Run in this process; the counts of the server begin anew."""
    done = Run()
    project.server.reset()
    Pipeline(project.root, notice=done.said.append).run(resume=mode, on_batch=lambda report: done.made.append(report.key))
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
    done = Run()
    project.server.reset()
    with pytest.raises(Stopped, match="1 of"):
        Pipeline(project.root, notice=done.said.append).run(resume="never", batches=1, on_batch=lambda report: done.made.append(report.key))
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
