"""Projects to kill, and the server they ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from resyn.testing import ModelServer, model_server
from support.dvc_project import DVCProject


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """Run the model server of a module's tests."""
    with model_server() as server:
        yield server


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory, server: ModelServer) -> DVCProject:
    """Return a planned project, to be copied."""
    return DVCProject.planned(tmp_path_factory.mktemp("planned") / "project", server)
