"""A program to make streams for."""

from __future__ import annotations

import pytest

from resyn.spec import Program


@pytest.fixture(scope="session")
def program() -> Program:
    """The frozen values of this folder's tests belong to it."""
    return Program(name="d", seed=7, draw=0, reference_date="2026-01-01", columns=())
