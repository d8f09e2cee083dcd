"""Batches of many ranges, staged as they finish."""

from __future__ import annotations

import time

import pytest

from resyn.engine.making import Orders
from resyn.engine.stage import stage
from resyn.errors import Stopped
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.category import Category
from resyn.testing import ModelServer
from support.planned import Plan

RANGES = {f"b{number:05d}": range(8 * number, 8 * number + 8) for number in range(5)}


@pytest.mark.parametrize("engine", ["async", "sync"])
def test_when_the_time_is_over_what_is_in_flight_is_kept(plan: Plan, server: ModelServer, engine: str) -> None:
    """Nothing more is sent; finished batches are staged, and the next run asks for no answer twice."""
    server.configure(latency_ms=40)
    plan(RANGES, parallel=8)
    first = stage(plan.project, RANGES, Orders(engine=engine, seconds=0.6))  # type: ignore[arg-type] # a Literal
    assert isinstance(first.error, Stopped)
    assert str(first.error) == "the time is over, after 0.6 s; every answer is kept\n  run the same command again to go on"
    assert 0 < server.stats()["answered"] < 120
    server.configure(latency_ms=0)
    left = {key: rows for key, rows in RANGES.items() if key not in {batch.key for batch in first.batches}}
    second = stage(plan.project, left, Orders())
    assert second.error is None
    assert sorted(batch.key for batch in (*first.batches, *second.batches)) == sorted(RANGES)
    assert server.stats()["requests"] == 120


@pytest.mark.parametrize("engine", ["async", "sync"])
def test_the_time_is_over_also_while_nothing_can_be_sent(plan: Plan, server: ModelServer, engine: str) -> None:
    """The endpoint asks to wait for a minute, and nobody waits that long only to learn that the time is over."""
    server.configure(replies=[{"match": "", "reply": "later", "status": 429}], retry_after=60)
    plan(RANGES, parallel=8)
    began = time.monotonic()
    made = stage(plan.project, RANGES, Orders(engine=engine, seconds=0.5))  # type: ignore[arg-type] # a Literal
    assert isinstance(made.error, Stopped)
    assert time.monotonic() - began < 30


def test_batches_finish_one_after_the_other(plan: Plan, server: ModelServer) -> None:
    """Rows are asked for in order, and those begun go first: time that is over, or a kill, leaves whole batches."""
    server.configure(latency_ms=40)
    plan(RANGES, parallel=4)
    told: list[tuple[str, int]] = []
    made = stage(plan.project, RANGES, Orders(on_batch=lambda batch: told.append((batch.key, server.stats()["answered"]))))
    assert made.error is None
    assert told[0][0] == "b00000"
    assert told[0][1] < 90  # of 120; the first batch takes 24, and some are under way while answers are being stored


def test_batches_that_ask_no_model_end_with_the_time_too(plan: Plan) -> None:
    """Between two batches; so does a cancellation."""
    plan(RANGES, columns=(Sampler(name="topic", params=Category(values=("tent", "lamp"))),), models={})
    for orders in (Orders(seconds=0.0), Orders(is_cancelled=lambda: True)):
        made = stage(plan.project, RANGES, orders)
        assert isinstance(made.error, Stopped)
        assert made.batches == ()
    assert len(stage(plan.project, RANGES, Orders(seconds=60.0)).batches) == 5
