"""What a machine does to a process that makes a batch: stops it, takes its files, its clock, its file handles."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from resyn.spec import Limits, Provider, Runtime, encode
from resyn.spec.files import fingerprint
from resyn.testing import ModelServer
from support.planned import Plan

GENERATE = """
import os, sys
from resyn.cli import main
os.chdir(sys.argv[1])
sys.argv = ["resyn", "generate", "b00000"]
main()
"""
ROWS = 12


@pytest.fixture
def ready(plan: Plan, server: ModelServer) -> Plan:
    """Return a planned batch of 36 requests, eight at a time, a fifth of a second each."""
    plan({"b00000": range(ROWS)}, parallel=8)
    plan.project.params.write_text(f"plan:\n  fingerprint: {fingerprint(plan.project.generation.read_bytes())}\n")
    server.configure(latency_ms=200)
    return plan


@contextmanager
def by_hand(plan: Plan) -> Iterator[subprocess.Popen[str]]:
    """Start `resyn generate` as a person does, outside of DVC."""
    command = [sys.executable, "-c", GENERATE, str(plan.project.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(server: ModelServer, answers: int) -> None:
    """Wait until so many requests were answered."""
    deadline = time.monotonic() + 60
    while server.stats()["answered"] < answers:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_whole(plan: Plan, server: ModelServer, repeated: int = 0) -> None:
    """Make sure that every row is there, and what was asked for twice."""
    assert [row["__row"] for row in plan.rows("b00000")] == list(range(ROWS))
    assert server.stats()["repeated"] <= repeated


def test_two_stages_started_by_hand_make_a_batch_once(ready: Plan, server: ModelServer) -> None:
    """The second waits for the first, then replays its answers."""
    with by_hand(ready) as one, by_hand(ready) as other:
        assert (one.wait(60), other.wait(60)) == (0, 0)
    is_whole(ready, server)


def test_a_process_stopped_for_longer_than_every_timeout_goes_on(ready: Plan, server: ModelServer) -> None:
    """`kill -STOP`, and `-CONT` when its requests have long been answered or given up: at most those are asked again."""
    limits = {"writer": Limits(max_parallel_requests=8, timeout=3)}
    ready.write("runtime", encode(Runtime(providers={"lab": Provider(endpoint=ready.endpoint)}, limits=limits)))
    with by_hand(ready) as process:
        wait_for(server, 8)
        process.send_signal(signal.SIGSTOP)
        time.sleep(5)
        process.send_signal(signal.SIGCONT)
        assert process.wait(60) == 0
    is_whole(ready, server, repeated=8)


def test_a_state_folder_removed_in_mid_run_is_made_again(ready: Plan, server: ModelServer) -> None:
    """The batch comes out whole, and what was in flight is stored in the new one."""
    with by_hand(ready) as process:
        wait_for(server, 8)
        (ready.project.root / ".resyn").rename(ready.project.root / "removed")
        assert process.wait(60) == 0
    is_whole(ready, server)
    assert (ready.project.root / ".resyn/responses.sqlite").exists()


def test_a_process_without_file_handles_ends_with_2_and_the_next_goes_on(ready: Plan, server: ModelServer) -> None:
    """The store has its file open: an answer that arrived is kept, and only those in flight at the end are asked again."""
    with by_hand(ready) as process:
        wait_for(server, 8)
        used = len(list(Path(f"/proc/{process.pid}/fd").iterdir())) if sys.platform == "linux" else 64
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (used, used))
        code, said = process.wait(60), process.stdout.read() if process.stdout else ""
    if code:  # a run that opens no file any more may well end before it needs one
        assert code == 2, said
        assert "Too many open files" in said or "cannot be opened" in said  # SQLite's own words
        assert "Traceback" not in said
    ready.generate("b00000")
    is_whole(ready, server, repeated=8)


def test_a_clock_that_jumps_changes_nothing(ready: Plan, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Back by a year in mid-run: waiting is measured by another clock, and no answer is taken for an old one."""
    server.configure(latency_ms=0, fault_rate=0.3, faults=["500"], fault_times=1)
    now, calls = time.time_ns(), iter(range(10**9))
    monkeypatch.setattr(time, "time_ns", lambda: now - next(calls) * 31_536_000 * 10**9)
    monkeypatch.setattr(time, "time", lambda: (now - next(calls) * 31_536_000 * 10**9) / 1e9)
    ready.generate("b00000")
    assert server.stats()["repeated_after_answer"] == 0
    is_whole(ready, server, repeated=3 * ROWS)  # those that failed
