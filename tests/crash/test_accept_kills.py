"""SIGKILL while turned-down rows are drawn again: the same rows come out, and no answer is asked for twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import Sampler
from resyn.spec.files import fingerprint
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.uniform import Uniform
from resyn.testing import ModelServer
from support.planned import Plan

ROWS = {"b00000": range(150)}
COLUMNS = (
    Sampler(name="topic", params=Category(values=("tent", "lamp", "kettle"))),
    Sampler(name="share", params=Uniform(low=0, high=1)),
    LLMText(name="text", model_alias="writer", prompt="TEXT on a {{ topic }} {{ share }}"),
    LLMText(name="note", model_alias="writer", prompt="NOTE on {{ text }}"),
)
IN_FLIGHT = 8
GROUP = 64
"""Answers that the store may have been about to make durable."""


def command(plan: Plan) -> subprocess.Popen[bytes]:
    """Start making the batch as DVC does."""
    verb = "from resyn.cli import main; main()"
    arguments = [sys.executable, "-c", verb, "generate", "b00000"]
    return subprocess.Popen(arguments, cwd=plan.project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def planned(root: Path, server: ModelServer) -> Plan:
    """Plan rows of which three in ten are turned down."""
    root.mkdir()
    plan = Plan(root, server.endpoint)
    plan(ROWS, columns=COLUMNS, accept=("share < 0.7",), max_candidates=40, parallel=IN_FLIGHT)
    identity = fingerprint(plan.project.generation.read_bytes())
    plan.project.params.write_text(f"plan:\n  fingerprint: {identity}\n  fingerprint_version: 1\n")
    return plan


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_the_same_rows_come_out_however_often_it_is_killed(tmp_path: Path, server: ModelServer, kills: int) -> None:
    """Exactly as many as planned, byte for byte those of a run that nothing stopped."""
    calm = planned(tmp_path / "calm", server)
    calm.generate("b00000")
    wanted, requests = calm.project.batch("b00000").read_bytes(), server.stats()["requests"]
    assert len(calm.rows("b00000")) == 150
    server.reset()
    server.configure(latency_ms=25)
    try:
        plan = planned(tmp_path / "killed", server)
        chance = random.Random(kills)  # noqa: S311 - moments to kill at
        hit = sum(_kill(plan, server, lambda: chance.uniform(0.0, 0.25)) for _ in range(kills))
        process = command(plan)
        assert process.wait(120) == 0
    finally:
        server.configure(latency_ms=0)
    assert plan.project.batch("b00000").read_bytes() == wanted
    assert hit >= 1
    assert server.stats()["requests"] <= requests + hit * (IN_FLIGHT + GROUP)


def _kill(plan: Plan, server: ModelServer, wait: Callable[[], float]) -> bool:
    """Kill a run some time after its next request; return whether it was killed before it was done."""
    before = server.stats()["requests"]
    process = command(plan)
    while process.poll() is None and server.stats()["requests"] == before:
        time.sleep(0.005)
    time.sleep(wait())
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL
