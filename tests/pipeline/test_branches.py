"""Commits and branches: what git puts together, and what is left to run after it."""

import json

import pytest

from support.dvc_project import DVCProject


def merge(project: DVCProject, branch: str) -> set[str]:
    """Merge a branch into the one that is checked out; return the files in conflict."""
    project.sh("git", "-c", "user.name=t", "-c", "user.email=t@example.org", "merge", branch, check=False)
    return set(project.git("diff", "--name-only", "--diff-filter=U").split())


def test_another_commit_needs_a_checkout_and_nothing_else(finished: DVCProject) -> None:
    """After `git checkout` and `dvc checkout` no stage runs; `dvc metrics diff` tells the two commits apart."""
    original = finished.dataset()
    finished.set(num_records=14)
    finished.repro()
    finished.commit()
    longer, asked = finished.git("rev-parse", "HEAD").strip(), finished.requests
    finished.git("checkout", "--quiet", "HEAD~")
    finished.dvc("checkout")
    assert finished.stages_run(finished.repro()) == []
    assert (finished.requests, finished.dataset()) == (asked, original)
    changed = json.loads(finished.dvc("metrics", "diff", longer, "--json").stdout)["metrics.json"]
    assert changed["rows"] == {"old": 14, "new": 12, "diff": -2}
    finished.git("checkout", "--quiet", longer)  # and without `dvc checkout`
    finished.resyn("run")
    assert (finished.requests, len(finished.rows())) == (asked, 14)
    assert "up to date" in finished.dvc("status").stdout


@pytest.mark.slow
@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_a_bigger_target_and_an_edited_prompt_merge_but_for_what_is_made(finished: DVCProject, side: str) -> None:
    """Locks, metrics and plots conflict; either side of them will do: `dvc repro` asks for what neither branch had."""
    finished.git("checkout", "--quiet", "-b", "more")
    finished.set(num_records=14)
    finished.repro()
    finished.commit()
    finished.git("checkout", "--quiet", "-")
    finished.dvc("checkout")
    finished.edit("configs/reviews.yaml", "RECORD of", "NEW RECORD of")
    finished.repro()
    finished.commit()
    asked = finished.requests
    conflicts = merge(finished, "more")
    assert conflicts == {"batches/000/dvc.lock", "dvc.lock", "metrics.json", "plots/columns.json", "plots/values.json"}
    finished.git("checkout", side, "--", *conflicts)
    finished.repro()
    assert finished.requests - asked == 2  # the new prompt, in the two new rows
    assert len(finished.rows()) == 14
    assert "up to date" in finished.dvc("status").stdout


def test_a_conflict_in_the_plan_section_alone_is_planned_away(project: DVCProject) -> None:
    """Two identities, and a config that git merges: DVC reads no params.yaml with markers; `resyn plan` does, and writes both files anew."""
    project.git("checkout", "--quiet", "-b", "other")
    project.edit("configs/reviews.yaml", "name: reviews", "name: other_reviews")
    project.resyn("plan")
    project.commit()
    project.git("checkout", "--quiet", "-")
    project.edit("configs/reviews.yaml", "[{{ record.score }}]", "({{ record.score }})")
    project.resyn("plan")
    project.commit()
    earlier = project.fingerprint
    assert merge(project, "other") == {"params.yaml", "plan/generation.json"}
    assert "unable to read: 'params.yaml'" in project.repro(check=False).stdout
    project.resyn("plan")
    assert "<<<<" not in (project.root / "params.yaml").read_text()
    assert project.fingerprint != earlier
    project.dvc("status")  # readable again
