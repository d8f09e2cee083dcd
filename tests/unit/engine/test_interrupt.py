"""A signal that comes while values are made: it ends the run, and is never taken for something that is wrong with a value."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from resyn.engine.making import Orders
from resyn.engine.stage import stage
from resyn.errors import Interrupted
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.category import Category
from support.planned import Plan

ROWS = {"b00000": range(40)}
SLOW = "{% set n = namespace(x=0) %}{% for i in s %}{% for j in s %}{% set n.x = n.x + 1 %}{% endfor %}{% endfor %}{{ [1, 2] | random }}"
"""Takes 50 ms a row."""


@contextmanager
def signalled_after(seconds: float) -> Iterator[None]:
    """Have Ctrl-C come so long after the block began, if it has not ended by then."""
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def test_a_signal_while_a_template_is_filled_in_makes_no_null(plan: Plan) -> None:
    """`on_error: null` is about templates that fail on a row's values: a run that is told to end keeps no row with a null of its own making."""
    plan(
        ROWS,
        columns=(
            Sampler(name="s", params=Category(values=("x" * 100,))),
            Expression(name="e", expr=SLOW, dtype="int", on_error="null"),
        ),
        models={},
    )
    with signalled_after(0.5):
        made = stage(plan.project, ROWS, Orders())
    assert isinstance(made.error, Interrupted)
    assert made.batches == ()


@pytest.mark.parametrize("engine", ["async", "sync"])
def test_a_signal_ends_the_wait_for_an_endpoint_that_accepts_and_says_nothing(plan: Plan, engine: str) -> None:
    """Nothing was asked yet, so there is nothing to wait for."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        plan.endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        plan(ROWS, columns=(LLMText(name="text", model_alias="writer", prompt="TEXT"),))
        began = time.monotonic()
        with signalled_after(0.5):
            made = stage(plan.project, ROWS, Orders(engine=engine))  # type: ignore[arg-type] # a Literal
    assert isinstance(made.error, Interrupted)
    assert time.monotonic() - began < 3
