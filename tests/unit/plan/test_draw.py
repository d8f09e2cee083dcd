"""`draw` in params.yaml, raised to start fresh."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from resyn.errors import ConfigError
from resyn.plan.draw import next_draw, set_draw

PARAMS = b"# mine\r\nseed: 7\r\ndraw: 0   # samples\r\nplan:\r\n  fingerprint: sha256:0\r\n"


def test_a_draw_is_replaced_and_no_other_byte(tmp_path: Path) -> None:
    """Comments, line ends and the plan section stay; where there is none, a line comes first."""
    params = tmp_path / "params.yaml"
    params.write_bytes(PARAMS)
    set_draw(params, 3)
    assert params.read_bytes() == PARAMS.replace(b"draw: 0", b"draw: 3")
    params.write_bytes(b"seed: 7\n")
    set_draw(params, 1)
    assert yaml.safe_load(params.read_text()) == {"draw": 1, "seed": 7}


def test_the_next_draw_was_never_used(tmp_path: Path) -> None:
    """Not by an earlier plan either, to which a person has gone back since."""
    params = tmp_path / "params.yaml"
    params.write_bytes(PARAMS)
    assert next_draw(params, tmp_path / "plans") == (0, 1)
    for draw in (1, 4):
        (tmp_path / f"plans/{draw}").mkdir(parents=True)
        (tmp_path / f"plans/{draw}/params.yaml").write_text(f"draw: {draw}\n")
    assert next_draw(params, tmp_path / "plans") == (0, 5)


def test_a_file_that_cannot_be_edited_is_left_alone(tmp_path: Path) -> None:
    """One flow mapping: the message says what to write."""
    params = tmp_path / "params.yaml"
    params.write_text("{seed: 7, draw: 0}\n")
    with pytest.raises(ConfigError, match="write `draw: 1` by hand"):
        set_draw(params, 1)
    assert params.read_text() == "{seed: 7, draw: 0}\n"
