"""Planned projects beside one real model server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from resyn.testing import ModelServer, model_server
from support.served import another_plan, plan

__all__ = ["another_plan", "plan"]


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    """Run a server for all of them: starting one takes longer than most of them."""
    with model_server() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> Iterator[ModelServer]:
    """Return the server with its counts at zero."""
    running.reset()
    yield running
    running.configure(latency_ms=0)
