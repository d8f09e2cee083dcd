"""From an empty folder to a dataset, and how `resyn run` ends when that does not work."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resyn.pipeline import Pipeline
from support.dvc_project import DVCProject, environment

SAMPLERS = """\
name: numbers
columns:
  - {name: id, column_type: sampler, sampler_type: uuid, params: {}}
  - {name: n, column_type: sampler, sampler_type: poisson, params: {mean: 3}}
export: {formats: [parquet]}
"""


def test_two_commands_make_a_dataset_and_git_tracks_no_data(tmp_path: Path) -> None:
    """`resyn init`, `dvc repro`; then nothing is left to do, and what is new is the locks, the metrics and grown.json."""

    def type_in(folder: Path, *words: str) -> str:
        return subprocess.run(words, cwd=folder, env=environment(), check=True, capture_output=True, text=True).stdout

    type_in(tmp_path, "resyn", "init", "demo")
    root = tmp_path / "demo"
    config = next(line.split()[1] for line in (root / "params.yaml").read_text().splitlines() if line.startswith("config:"))
    (root / config).write_text(SAMPLERS)  # the example's own model is tried elsewhere
    type_in(root, "dvc", "repro")
    assert type_in(root, "dvc", "status").strip() == "Data and pipelines are up to date."
    assert Pipeline(root).status().next == ("It has nothing to do.",)
    new = {line[3:] for line in type_in(root, "git", "status", "--porcelain").splitlines() if line.startswith("??")}
    assert new == {"batches/000/dvc.lock", "dvc.lock", "metrics.json", "plan/grown.json", "plots/"}
    assert json.loads((root / "metrics.json").read_bytes())["rows"] == 60


def test_what_fails_ends_a_run_with_its_code_and_words(project: DVCProject) -> None:
    """In the run itself, and in a stage below it, where DVC says 255."""
    project.edit("providers.yaml", "provider_type: openai", "provider_type: openai, api_key: NO_SUCH_KEY")
    for verb, words in (("run", "error: provider 'lab'"), ("grow", "error: generate b0000")):
        done = project.resyn(verb, check=False)
        assert done.returncode == 2
        last = done.stdout.strip().splitlines()[-2:]
        assert last[0].startswith(words)
        assert "NO_SUCH_KEY" in last[0]
    assert project.requests == 0


def test_what_a_person_wrote_wrong_ends_a_run_with_2(project: DVCProject) -> None:
    """Before DVC starts."""
    project.edit("configs/reviews.yaml", "column_type: llm-text", "column_type: llm-txt")
    done = project.resyn("run", check=False)
    assert done.returncode == 2
    assert "configs/reviews.yaml:" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_ends_its_stages_and_goes_on_later(project: DVCProject, number: signal.Signals) -> None:
    """The signal reaches one process; the dvc and the stage below it have ended when it has, and no answer is asked for twice."""
    project.server.configure(latency_ms=200)
    run = subprocess.Popen(
        [sys.executable, "-c", "from resyn.cli import main; main()", "run"],
        cwd=project.root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with run:
        while not project.server.stats()["answered"]:
            time.sleep(0.02)
        run.send_signal(number)
        assert run.wait() == 130
    project.server.configure(latency_ms=0)
    time.sleep(0.3)  # an orphan would ask on
    assert project.server.stats()["in_flight"] == 0
    project.resyn("run")
    assert len(project.rows()) == 12
    assert project.server.stats()["repeated_after_answer"] <= 8  # at most what was in flight


def test_a_temporary_experiment_extends_across_shards_and_can_be_applied(project: DVCProject) -> None:
    """Its commit holds the new shards, and applying it leaves nothing to run."""
    project.repro()
    project.commit()
    project.dvc("exp", "run", "--temp", "--name", "longer", "-S", "num_records=44")
    assert project.git("status", "--porcelain") == ""
    asked = project.requests
    project.dvc("exp", "apply", "longer")
    assert "up to date" in project.dvc("status").stdout
    assert len(project.rows()) == 44
    project.repro()
    assert project.requests == asked == 2 * 44
