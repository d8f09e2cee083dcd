"""Real projects for tests that run DVC."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from resyn.testing import ModelServer, model_server
from support.dvc_project import DVCProject


@pytest.fixture(scope="session")
def session_server() -> Iterator[ModelServer]:
    """Run one model server for all tests: its address is in the projects that are copied."""
    with model_server() as server:
        yield server


@pytest.fixture
def server(session_server: ModelServer) -> Iterator[ModelServer]:
    """Return the server with default options, counts at zero."""
    yield session_server
    session_server.configure(**DEFAULTS)
    session_server.reset()


@pytest.fixture(scope="session")
def planned_template(tmp_path_factory: pytest.TempPathFactory, session_server: ModelServer) -> DVCProject:
    """Return a project of two model columns and 12 rows in 3 batches, planned and committed, made once."""
    return DVCProject.planned(tmp_path_factory.mktemp("planned") / "project", session_server)


@pytest.fixture(scope="session")
def finished_template(planned_template: DVCProject, tmp_path_factory: pytest.TempPathFactory) -> DVCProject:
    """Return the same project after its first `dvc repro`, locks committed, made once."""
    project = planned_template.copy(tmp_path_factory.mktemp("finished") / "project")
    project.repro()
    project.commit()
    project.server.reset()
    return project


@pytest.fixture
def project(planned_template: DVCProject, server: ModelServer, tmp_path: Path) -> DVCProject:
    """Return a planned project."""
    assert planned_template.server is server
    return planned_template.copy(tmp_path / "project")


@pytest.fixture
def finished(finished_template: DVCProject, server: ModelServer, tmp_path: Path) -> DVCProject:
    """Return a finished project; the server has counted nothing yet."""
    assert finished_template.server is server
    return finished_template.copy(tmp_path / "project")


@pytest.fixture(scope="session")
def holed_template(planned_template: DVCProject, tmp_path_factory: pytest.TempPathFactory) -> DVCProject:
    """Return a project whose second batch of three was never made."""
    project = planned_template.copy(tmp_path_factory.mktemp("holed") / "project")
    project.resyn("run", "--batches", "b00000,b00002", check=False)
    return project


DEFAULTS = {
    "latency_ms": 0.0,
    "jitter": 0.0,
    "tail": 0.0,
    "fault_rate": 0.0,
    "capacity": 0,
    "bad_json_rate": 0.0,
    "api_key": "",
    "rejects": [],
    "replies": [],
    "models": [],
    "words": 40,
    "reasoning_words": 0,
}
