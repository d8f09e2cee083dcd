"""Fixtures: planned projects beside the real model server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resyn.testing import ModelServer, model_server
from support.planned import Plan


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Run a model server for one test."""
    with model_server() as server:
        yield server


@pytest.fixture
def plan(tmp_path: Path, server: ModelServer) -> Plan:
    """Return the planner of one project."""
    return Plan(tmp_path, server.endpoint)


@pytest.fixture
def another_plan(tmp_path: Path, server: ModelServer) -> Callable[[str], Plan]:
    """Return a maker of projects beside the first, each with a store of its own."""

    def make(name: str) -> Plan:
        (tmp_path / name).mkdir()
        return Plan(tmp_path / name, server.endpoint)

    return make
