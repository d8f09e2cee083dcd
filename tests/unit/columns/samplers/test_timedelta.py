"""Moments some time after those of another column."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from resyn.columns.protocol import Block
from resyn.columns.sampler import build
from resyn.spec import Program
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.datetime import Datetime
from resyn.spec.samplers.timedelta import Timedelta

Draw = Callable[..., pa.Array]


def after(**time: object) -> Timedelta:
    """Return a time after the column `opened`."""
    return Timedelta(reference_column_name="opened", **time)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("D", {"2024-02-29T23:59:30", "2024-03-01T23:59:30"}),
        ("h", {"2024-02-29T00:59:30", "2024-02-29T01:59:30"}),
        ("m", {"2024-02-29T00:00:30", "2024-02-29T00:01:30"}),
        ("s", {"2024-02-28T23:59:31", "2024-02-28T23:59:32"}),
    ],
)
def test_every_time_of_the_range_is_added_and_no_other(draw: Draw, unit: str, expected: set[str]) -> None:
    """`dt_max` itself is not in the range."""
    opened = {"opened": pa.repeat("2024-02-28T23:59:30", 60)}
    assert set(draw(after(dt_min=1, dt_max=3, unit=unit), range(60), columns=opened).to_pylist()) == expected


def test_the_reference_is_read_in_its_own_format() -> None:
    """Whatever its order and signs, and the result is written in this column's."""
    reference = Sampler(name="opened", params=Datetime(start="2024-01-01", end="2025-01-01"), convert_to="%d.%m.%Y")
    opened = Sampler(name="value", params=after(dt_min=1, dt_max=2), convert_to="%m/%d/%Y")
    program = Program(name="d", seed=7, draw=0, reference_date="2026-01-01", columns=(reference, opened))
    written = build(reference, program).compute(Block(rows=range(3)))
    columns = {"opened": pa.array(["28.02.2024", "31.12.2024", None])}
    assert all(text[2] == text[5] == "." for text in written.to_pylist())
    assert build(opened, program).compute(Block(rows=range(3), columns=columns)).to_pylist() == ["02/29/2024", "01/01/2025", None]
