"""Two runs of one project that begin in the same second."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from support.dvc_project import DVCProject, environment
from support.processes import answered, repro_started, wait_until


def begun_together(project: DVCProject, command: list[str]) -> list[tuple[int, str]]:
    """Begin a command twice at once; return the exit code and the words of each."""
    begun = [
        subprocess.Popen(command, cwd=project.root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    said = [process.communicate()[0] for process in begun]
    return [(process.returncode, words) for process, words in zip(begun, said, strict=True)]


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (["resyn", "run"], r"process \d+"),
        pytest.param([sys.executable, "-m", "dvc", "repro"], r"PID \d+|Unable to acquire lock", marks=pytest.mark.slow),
    ],
    ids=["resyn run", "dvc repro"],
)
def test_of_two_runs_in_one_second_one_is_refused_and_nothing_is_mixed(
    project: DVCProject, finished_template: DVCProject, command: list[str], refusal: str
) -> None:
    """The refused one says by whom; each request is sent once, and the dataset is byte for byte that of one run alone."""
    project.server.configure(latency_ms=150)
    (first, _), (second, words) = sorted(begun_together(project, command))
    assert (first, second != 0) == (0, True), words
    assert re.search(refusal, words), words
    project.repro()
    assert project.server.stats()["repeated_after_answer"] == 0
    assert project.requests == 24
    assert project.dataset() == finished_template.dataset()
    assert project.resyn("verify").returncode == 0


@pytest.mark.slow
def test_a_run_beside_a_dvc_repro_shares_its_answers(project: DVCProject, finished_template: DVCProject) -> None:
    """Neither is refused from the start: what one asks the other waits for; what DVC's lock ends goes on with the same command."""
    project.server.configure(latency_ms=300)
    with repro_started(project) as repro:
        wait_until(answered(project, 2), repro)
        done = project.resyn("run", check=False)
        repro.communicate(timeout=120)
    assert "Traceback" not in done.stdout
    project.server.configure(latency_ms=0)
    project.resyn("run")
    assert (project.requests, project.dataset()) == (24, finished_template.dataset())
    assert project.resyn("verify").returncode == 0
