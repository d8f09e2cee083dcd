"""A run that was committed and pushed, on another machine: what CI does."""

from pathlib import Path

import pytest

from support.dvc_project import DVCProject

FIRST_BATCH = "batches/000/dvc.yaml:batch@b00000"


@pytest.fixture
def pushed(finished: DVCProject, tmp_path: Path) -> DVCProject:
    """Return a finished project whose files are in a remote, and whose commit names it."""
    finished.dvc("remote", "add", "--default", "store", tmp_path / "remote")
    finished.commit()
    finished.dvc("push")
    return finished


@pytest.fixture
def clone(pushed: DVCProject, tmp_path: Path) -> DVCProject:
    """Return a fresh clone of it, nothing pulled."""
    return pushed.clone(tmp_path / "clone")


def test_a_clone_that_pulls_has_nothing_to_do_and_edits_cost_their_own_column(clone: DVCProject) -> None:
    """No stage runs, nothing is asked, the tree is clean; then the last column's prompt: its 12 requests, the others from the traces."""
    clone.dvc("pull")
    assert clone.stages_run(clone.repro()) == []
    assert (clone.requests, clone.git("status", "--porcelain")) == (0, "")
    clone.edit("configs/reviews.yaml", "RECORD of", "NEW RECORD of")
    clone.repro()
    assert (clone.requests, clone.asked("NEW RECORD of")) == (12, 12)


def test_a_clone_that_forgot_to_pull_is_told_to_and_goes_on_after_it(clone: DVCProject) -> None:
    """`dvc repro` stops before it pays for what is finished."""
    stopped = clone.repro(check=False)
    assert stopped.returncode != 0
    assert "run `dvc pull` (or RESYN_REGENERATE=1 to pay again)" in stopped.stdout
    assert clone.git("status", "--porcelain") == ""
    clone.dvc("pull")
    assert clone.stages_run(clone.repro()) == []
    assert clone.requests == 0


def test_a_branch_that_only_planned_is_made_from_the_traces_that_a_clone_pulled(pushed: DVCProject, tmp_path: Path) -> None:
    """DVC skips the plan stage there and removes each batch's trace before its stage runs; the answers behind it cost nothing all the same."""
    pushed.git("checkout", "--quiet", "-b", "edited")
    pushed.edit("configs/reviews.yaml", "RECORD of", "NEW RECORD of")
    pushed.dvc("repro", "--single-item", "plan")
    pushed.commit()
    pushed.git("checkout", "--quiet", "-")
    clone = pushed.clone(tmp_path / "clone")
    clone.dvc("pull")
    clone.git("checkout", "--quiet", "edited")
    assert "plan" not in clone.stages_run(clone.repro())
    assert (clone.requests, clone.asked("NEW RECORD of")) == (12, 12)


def test_a_clone_pays_again_when_told_to(clone: DVCProject) -> None:
    """With RESYN_REGENERATE=1 a finished batch whose files are elsewhere is asked for."""
    clone.dvc("repro", "--single-item", FIRST_BATCH, RESYN_REGENERATE="1")
    assert clone.requests == 2 * 4


def test_repro_can_pull_what_it_needs(clone: DVCProject) -> None:
    """`dvc repro --pull` in place of `dvc pull` and `dvc repro`."""
    assert clone.stages_run(clone.dvc("repro", "--pull")) == []
    assert (len(clone.rows()), clone.requests, clone.git("status", "--porcelain")) == (12, 0, "")


@pytest.mark.slow
def test_an_earlier_config_comes_back_on_another_machine_when_each_was_pushed(pushed: DVCProject, tmp_path: Path) -> None:
    """`dvc push --run-cache` after each run, `dvc pull --run-cache` and `dvc repro --pull` there: no request."""
    original = pushed.dataset()
    pushed.dvc("push", "--run-cache")
    pushed.edit("configs/reviews.yaml", "RECORD of", "NEW RECORD of")
    pushed.repro()
    pushed.commit()
    pushed.dvc("push", "--run-cache")
    asked = pushed.requests
    there = pushed.clone(tmp_path / "there")
    there.dvc("pull", "--run-cache")
    there.edit("configs/reviews.yaml", "NEW RECORD of", "RECORD of")
    there.dvc("repro", "--pull")
    assert (there.requests, there.dataset()) == (asked, original)


def test_locks_may_stay_out_of_git_but_not_be_ignored(finished: DVCProject) -> None:
    """Untracked ones work as committed ones do; DVC itself refuses those that git ignores."""
    finished.git("rm", "--quiet", "--cached", "dvc.lock", "batches/000/dvc.lock")
    finished.git("commit", "--quiet", "-m", "locks out of git")
    assert finished.stages_run(finished.repro()) == []
    with (finished.root / ".gitignore").open("a") as ignored:
        ignored.write("dvc.lock\n")
    refused = finished.repro(check=False)
    assert refused.returncode != 0
    assert "dvc.lock' is git-ignored" in refused.stdout
