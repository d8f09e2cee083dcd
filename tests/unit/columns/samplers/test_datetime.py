"""Moments at the resolution of a unit."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from resyn.errors import ResynError
from resyn.spec.samplers.datetime import Datetime

Draw = Callable[..., pa.Array]


@pytest.mark.parametrize(
    ("unit", "start", "end", "expected"),
    [
        ("Y", "2022-01-01", "2024-01-01", {"2022-01-01T00:00:00", "2023-01-01T00:00:00"}),
        ("M", "2023-12-01", "2024-02-01", {"2023-12-01T00:00:00", "2024-01-01T00:00:00"}),
        ("M", "2024-01-15", "2024-01-20", {"2024-01-01T00:00:00"}),
        ("D", "2024-02-28", "2024-03-01", {"2024-02-28T00:00:00", "2024-02-29T00:00:00"}),
        ("D", "2024-12-30", "2024-12-31T23:59:59", {"2024-12-30T00:00:00", "2024-12-31T00:00:00"}),
        ("h", "2024-01-01T22:00:00", "2024-01-02", {"2024-01-01T22:00:00", "2024-01-01T23:00:00"}),
        ("m", "1969-12-31T23:59:00", "1970-01-01T00:01:00Z", {"1969-12-31T23:59:00", "1970-01-01T00:00:00"}),
        ("s", "2024-01-01T02:00:00+02:00", "2024-01-01T00:00:02", {"2024-01-01T00:00:00", "2024-01-01T00:00:01"}),
    ],
)
def test_every_unit_of_the_range_is_drawn_and_no_other(draw: Draw, unit: str, start: str, end: str, expected: set[str]) -> None:
    """The end is not in the range; offsets are converted to UTC."""
    assert set(draw(Datetime(start=start, end=end, unit=unit), range(60)).to_pylist()) == expected


def test_convert_to_is_a_date_format(draw: Draw) -> None:
    """With the names of days and months in English, whatever the machine's language."""
    params = Datetime(start="2024-02-29", end="2024-03-01")
    assert draw(params, range(1), convert_to="%A %d %B %Y, %H:%M:%S.%f %%f").to_pylist() == [
        "Thursday 29 February 2024, 00:00:00.000000 %f"
    ]


def test_a_format_that_depends_on_the_platform_is_refused(draw: Draw) -> None:
    """`%-d` is a GNU extension, `%Z` has no answer."""
    with pytest.raises(ResynError, match="'%-d' has %-, which is not written alike everywhere"):
        draw(Datetime(start="2024-02-29", end="2024-03-01"), convert_to="%-d")
