"""A text in a date format is read back as the moment it was written from."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resyn.columns.conversion import conversion_of
from resyn.columns.moments import moments, places

WHOLE = ["", "%Y-%m-%d %H:%M:%S", "%FT%T.%f", "%d.%m.%Y, %R:%S %A", "%% é %H%M%S/%Y%m%d", "%T %m/%d/%Y %p"]
seconds = st.datetimes(dt.datetime(1000, 1, 1), dt.datetime(9999, 12, 31)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001 - moments have no zone


@settings(deadline=None)
@given(st.lists(seconds | st.none(), max_size=5), st.sampled_from(WHOLE))
def test_what_a_format_tells_is_read_back(written: list[dt.datetime | None], format_: str) -> None:
    """For every format that tells year to second at fixed places; an empty cell stays empty."""
    array = pa.array(written, pa.timestamp("s"))
    assert moments(conversion_of(array.type, format_).apply(array), format_) == array


def test_what_a_format_leaves_out_is_its_least() -> None:
    """A day is read as its beginning, a year as its first day."""
    assert moments(pa.array(["31/12/2024"]), "%d/%m/%Y").to_pylist() == [dt.datetime(2024, 12, 31)]  # noqa: DTZ001 - moments have no zone
    assert moments(pa.array(["2024"]), "%Y").to_pylist() == [dt.datetime(2024, 1, 1)]  # noqa: DTZ001 - moments have no zone


@pytest.mark.parametrize(("format_", "told"), [("%A, %Y", ""), ("%Y %B %d", "Y"), ("%d %y %H", "d"), ("%e %Y", ""), ("%F %I:%M", "Ymd")])
def test_places_after_a_word_are_not_known(format_: str, told: str) -> None:
    """Words have lengths of their own, and %y and %I do not tell which century and which half of a day."""
    assert "".join(places(format_)) == told
