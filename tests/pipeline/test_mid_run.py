"""git and DVC used in the middle of a run, a disk turned read-only, the state removed: `dvc repro` goes on from what is left."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.disk import own_disk
from support.dvc_project import DVCProject
from support.fresh import fresh_clone
from support.processes import answered, in_project, typed, wait_until

RUN, REPRO = ("resyn", "run"), (sys.executable, "-m", "dvc", "repro")


@pytest.fixture(scope="session")
def forked_template(finished_template: DVCProject, tmp_path_factory: pytest.TempPathFactory) -> DVCProject:
    """Return a finished project with a branch of another prompt and fewer rows, and an experiment of two rows more."""
    project = finished_template.copy(tmp_path_factory.mktemp("forked") / "project")
    project.git("branch", "--move", "main")
    project.dvc("exp", "run", "--name", "longer", "-S", "num_records=14")
    project.git("checkout", "--quiet", "--force", "-b", "other")
    project.dvc("checkout")
    project.edit("configs/reviews.yaml", "RECORD of", "NEW RECORD of")
    project.set(num_records=10)
    project.resyn("plan")
    project.commit()
    project.git("checkout", "--quiet", "main")
    project.edit("configs/reviews.yaml", "RECORD of", "SHORT RECORD of")
    project.set(num_records=20)
    project.resyn("plan")
    project.commit()
    return project


@pytest.fixture
def forked(forked_template: DVCProject, server: object, tmp_path: Path) -> DVCProject:
    """Return it with everything to do: another prompt in 12 rows, eight rows more."""
    assert forked_template.server is server
    return forked_template.copy(tmp_path / "project")


def to_another_branch(project: DVCProject) -> None:
    """Leave what is being made."""
    project.git("checkout", "--quiet", "--force", "other")


def to_another_branch_and_back(project: DVCProject) -> None:
    """Look at something, and return."""
    to_another_branch(project)
    project.git("checkout", "--quiet", "--force", "main")


def dvc_checkout(project: DVCProject) -> None:
    """Ask for the files that the locks name."""
    project.dvc("checkout", "--force", check=False)


def to_an_experiment(project: DVCProject) -> None:
    """Take over what an experiment made."""
    project.dvc("exp", "apply", "longer", check=False)


def goes_on(project: DVCProject, template: DVCProject, folder: Path) -> None:
    """Run what is checked out to its end: as a fresh clone would, and nothing to do after it."""
    project.repro()
    assert project.dataset() == fresh_clone(template, project, folder)
    assert "up to date" in project.dvc("status").stdout


@pytest.mark.parametrize(
    ("meanwhile", "command"),
    [
        pytest.param(to_another_branch, REPRO, id="another branch, dvc repro"),
        pytest.param(to_another_branch, RUN, marks=pytest.mark.slow),
        pytest.param(to_another_branch_and_back, REPRO, marks=pytest.mark.slow),
        pytest.param(to_another_branch_and_back, RUN, marks=pytest.mark.slow),
        pytest.param(dvc_checkout, REPRO, marks=pytest.mark.slow),
        pytest.param(dvc_checkout, RUN, marks=pytest.mark.slow),
        pytest.param(to_an_experiment, REPRO, marks=pytest.mark.slow),
        pytest.param(to_an_experiment, RUN, marks=pytest.mark.slow),
    ],
)
def test_whatever_is_checked_out_in_mid_run_is_made_right_afterwards(
    forked: DVCProject, planned_template: DVCProject, tmp_path: Path, meanwhile: Callable[[DVCProject], None], command: tuple[str, ...]
) -> None:
    """What is checked out then, and the branch that was left: the datasets of fresh clones, and no request is asked twice."""
    forked.server.configure(latency_ms=400)
    with typed(forked, *command) as process:
        wait_until(answered(forked, 2), process)
        meanwhile(forked)
        process.communicate(timeout=120)
    forked.server.configure(latency_ms=0)
    assert in_project(forked) == []
    goes_on(forked, planned_template, tmp_path / "here")
    forked.git("checkout", "--quiet", "--force", "main")
    goes_on(forked, planned_template, tmp_path / "main")
    assert forked.server.stats()["repeated"] == 0


def test_a_batch_recorded_under_a_plan_that_did_not_make_it_is_made_again(
    finished: DVCProject, planned_template: DVCProject, tmp_path: Path
) -> None:
    """As when the plan changes between the end of a stage's command and DVC's record: export takes the record back, and says so."""
    finished.edit("configs/reviews.yaml", "RECORD of", "NEW RECORD of")
    finished.resyn("plan")
    finished.dvc("commit", "--force", "batches/000/dvc.yaml:batch@b00001")
    stopped = finished.repro(check=False)
    assert stopped.returncode != 0
    assert "b00001: made under another plan than the one DVC recorded" in stopped.stdout
    goes_on(finished, planned_template, tmp_path / "fresh")
    assert (finished.requests, finished.asked("NEW RECORD")) == (12, 12)


def test_a_state_folder_removed_while_rows_are_staged_is_said(project: DVCProject) -> None:
    """`resyn run` either needs it no more or names it; the same command again makes the dataset whole."""
    project.server.configure(latency_ms=300)
    with typed(project, *RUN) as run:
        wait_until(answered(project, 20), run)
        (project.root / ".resyn").rename(project.root / "removed")
        said, _ = run.communicate(timeout=60)
    assert run.returncode == 0 or ".resyn was removed while this ran" in said, said
    project.server.configure(latency_ms=0)
    project.resyn("run")
    assert len(project.rows()) == 12


def test_data_removed_while_a_batch_is_made_is_said(project: DVCProject) -> None:
    """Its stage names the folder; the same command again makes the dataset whole, and asks nothing twice."""
    project.server.configure(latency_ms=300)
    with typed(project, *REPRO) as repro:
        wait_until(answered(project, 2), repro)
        shutil.rmtree(project.root / "data")
        said, _ = repro.communicate(timeout=60)
    assert repro.returncode != 0
    assert "error: data/batches was removed while this ran" in said, said
    project.server.configure(latency_ms=0)
    project.repro()
    assert (len(project.rows()), project.requests) == (12, 24)


def test_a_disk_that_turns_read_only_in_mid_run_is_named_and_costs_nothing(project: DVCProject) -> None:
    """That of the data: exit code 2; writable again, the rows are made from what is stored."""
    (project.root / "data/batches").mkdir(parents=True)
    with own_disk(project.root / "data") as disk:
        project.server.configure(latency_ms=200)
        with typed(project, *RUN) as run:
            wait_until(answered(project, 2), run)
            disk.remount("bind,ro")
            said, _ = run.communicate(timeout=60)
        assert run.returncode == 2, said
        assert re.search(r"error: .*data.*: the file system is read-only", said), said
        assert "Traceback" not in said
        disk.remount("bind,rw")
        project.resyn("run")
        assert (len(project.rows()), project.requests) == (12, 24)


def test_what_dvc_commit_recorded_under_another_plan_is_made_by_a_run(finished: DVCProject) -> None:
    """`dvc commit` takes the files that are there for those of the new plan, and `dvc repro` finds nothing to do; the first prompt's answers are kept."""
    finished.edit("configs/reviews.yaml", "RECORD of", "NOTE on")
    finished.resyn("plan")
    finished.dvc("commit", "--force")
    assert "made under another plan than the one DVC recorded" in finished.resyn("run").stdout
    assert (finished.asked("TEXT"), finished.asked("NOTE"), finished.asked("RECORD")) == (0, 12, 0)
    finished.resyn("verify")
