"""A project with finished batches."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.finished import FinishedProject


@pytest.fixture
def finished(tmp_path: Path) -> FinishedProject:
    """Return a project without a plan yet."""
    return FinishedProject(tmp_path)
