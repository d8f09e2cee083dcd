"""DVC's experiments: in the workspace, and side by side from its queue."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]  # installed with dvc
import pytest

from support.dvc_project import DVCProject, environment

PROMPT = 'configs/reviews.yaml:columns.2.prompt="{} of {{{{ text }}}}"'


def test_an_experiment_edits_a_prompt_and_grows(finished: DVCProject) -> None:
    """One `dvc exp run` with both: the prompt in 12 old rows, both columns in 2 new ones; nothing left to run, all of it applied."""
    finished.dvc("exp", "run", "--name", "both", "-S", PROMPT.format("ALPHA"), "-S", "num_records=14")
    assert (finished.asked("TEXT"), finished.asked("ALPHA"), finished.requests) == (2, 14, 16)
    assert len(finished.rows()) == 14
    assert "up to date" in finished.dvc("status").stdout


@pytest.mark.slow
def test_an_experiment_grows_across_shards_and_shrinks(finished: DVCProject) -> None:
    """To 44 rows in 11 batches; to 8 it stops once, as `dvc repro` does; applied again, the long one is whole."""
    finished.dvc("exp", "run", "--name", "long", "-S", "num_records=44")
    assert (len(finished.rows()), finished.requests) == (44, 64)
    stopped = finished.dvc("exp", "run", "--name", "short", "-S", "num_records=8", check=False)
    assert "run `dvc exp run` again" in stopped.stdout
    finished.dvc("exp", "run", "--name", "short")
    assert len(finished.rows()) == 8
    finished.dvc("exp", "apply", "long")
    assert "up to date" in finished.dvc("status").stdout
    assert (len(finished.rows()), finished.requests) == (44, 64)


def test_an_experiment_in_a_folder_of_its_own_shares_the_answers_and_leaves_the_workspace(finished: DVCProject) -> None:
    """`--temp`, with another prompt and two rows more: only what is new is asked, and the workspace is as it was until it is applied."""
    original = finished.dataset()
    finished.dvc("exp", "run", "--temp", "--name", "aside", "-S", PROMPT.format("ALPHA"), "-S", "num_records=14")
    assert (finished.asked("ALPHA"), finished.requests, finished.server.stats()["distinct"]) == (14, 16, 16)
    assert (finished.git("status", "--porcelain"), finished.dataset()) == ("", original)
    finished.dvc("exp", "apply", "aside")
    assert "up to date" in finished.dvc("status").stdout
    assert (len(finished.rows()), finished.requests) == (14, 16)
    assert finished.resyn("verify").returncode == 0


@pytest.mark.slow
def test_queued_experiments_side_by_side_share_answers(queue: DVCProject) -> None:
    """Two prompts, one with more rows, two workers: the column both have is asked for once a row, and each can be applied."""
    queue.server.configure(latency_ms=50)
    queue.dvc("exp", "run", "--queue", "--name", "a", "-S", PROMPT.format("ALPHA"))
    queue.dvc("exp", "run", "--queue", "--name", "b", "-S", PROMPT.format("BETA"), "-S", "num_records=24")
    start_workers(queue.root, 2)
    status = wait_for_end(queue)
    assert status.count("Success") == 2, status + "".join(queue.dvc("queue", "logs", name, check=False).stdout for name in "ab")
    assert [queue.asked(marker) for marker in ("TEXT", "ALPHA", "BETA")] == [24, 12, 24]
    assert queue.server.stats()["repeated"] == 0
    assert queue.git("status", "--porcelain") == ""
    for name, rows in (("a", 12), ("b", 24)):
        queue.dvc("exp", "apply", name)
        assert "up to date" in queue.dvc("status").stdout
        assert len(queue.rows()) == rows
    assert queue.requests == 60


@pytest.mark.slow
def test_two_jobs_of_run_all_ask_each_request_once(queue: DVCProject) -> None:
    """`dvc exp run --run-all -j 2`: the same prompt in 24 and 36 rows, a seed of its own; the server's total is its distinct requests."""
    queue.server.configure(latency_ms=50)
    for name, change in (("a", "num_records=24"), ("b", "num_records=36"), ("c", "seed=8")):
        queue.dvc("exp", "run", "--queue", "--name", name, "-S", change)
    queue.dvc("exp", "run", "--run-all", "--jobs", "2")
    stats = queue.server.stats()
    assert stats["requests"] == stats["distinct"] >= 72
    for name, rows in (("a", 24), ("b", 36), ("c", 12)):
        queue.dvc("exp", "apply", name)
        assert "up to date" in queue.dvc("status").stdout
        assert len(queue.rows()) == rows
        assert queue.resyn("verify").returncode == 0
    assert queue.requests == stats["requests"]


@pytest.fixture
def queue(project: DVCProject) -> Iterator[DVCProject]:
    """Return a project of one batch, planned and committed; its workers end with the test, however that ends."""
    project.set(batch_size=12)
    project.resyn("plan")
    project.commit()
    yield project
    project.dvc("queue", "stop", "--kill", check=False)
    for process in processes_of(project.root):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def start_workers(root: Path, jobs: int) -> None:
    """Start the queue's workers, which would hold a pipe open for as long as they live."""
    command = [sys.executable, "-m", "dvc", "queue", "start", "--jobs", str(jobs)]
    subprocess.run(
        command, cwd=root, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
    )


def wait_for_end(project: DVCProject) -> str:
    """Wait until no experiment is queued or running; return what `dvc queue status` says then."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        status = project.dvc("queue", "status").stdout
        if "Queued" not in status and "Running" not in status:
            return status
        time.sleep(2)
    return status


def processes_of(root: Path) -> list[psutil.Process]:
    """Return the processes that work in a folder or name it."""
    found = []
    for process in psutil.process_iter(["cwd", "cmdline"]):
        words = [process.info["cwd"] or "", *(process.info["cmdline"] or [])]
        if any(str(root) in word for word in words):
            found.append(process)
    return found
