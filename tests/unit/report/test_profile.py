"""What is said of a column's values."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resyn.report.profile import MOST_VALUES, Profile, profile


def profiles_of(table: pa.Table) -> dict[tuple[str, ...], Profile]:
    """Return the profiles of a table that is in two files."""
    middle = len(table) // 2
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "1.parquet", Path(folder) / "2.parquet"]
        pq.write_table(table.slice(0, middle), files[0])
        pq.write_table(table.slice(middle), files[1])
        return profile(files, table.column_names, Path(folder))


def profile_of(values: list[Any], kind: pa.DataType | None = None) -> Profile:
    """Return the profile of one column."""
    return profiles_of(pa.table({"x": pa.array(values, kind)}))["x",]


def test_few_texts_that_repeat_are_counted_one_by_one() -> None:
    """Most frequent first, ties by name, nulls apart."""
    found = profile_of(["b", "a", None, "c", "a", "b", "a", "c", "a"])

    assert found.values == (("a", 4), ("b", 2), ("c", 2))
    assert (found.nulls, found.distinct) == (1, 3)


def test_texts_that_do_not_repeat_are_measured_instead() -> None:
    """A free text has a length; its values are not listed."""
    found = profile_of(["x" * length for length in range(1, 9)])

    assert found.values == ()
    assert found.spread is not None
    assert (found.spread.low, found.spread.median, found.spread.high, found.spread.unit) == ("1", "4", "8", "characters")


def test_values_are_no_longer_counted_when_there_are_many() -> None:
    """What is kept does not grow with a column of many values."""
    assert profile_of([str(number % (MOST_VALUES + 1)) for number in range(500)]).values == ()


@pytest.mark.parametrize("values", [[0, 9, 10, 99], [-5, 0, 23], list(range(1000)), [7, 7, 7], [-(2**63), 2**63 - 1]])
def test_every_whole_number_is_in_a_bin(values: list[int]) -> None:
    """The bars of a histogram add up to the values."""
    spread = profile_of(values).spread

    assert spread is not None
    assert sum(spread.bars) == len(values)


def test_bins_of_whole_numbers_hold_equally_many_of_them() -> None:
    """Every number from 1 to 60 once is flat: no comb of bins that happen to hold one more."""
    spread = profile_of(list(range(1, 61))).spread

    assert spread is not None
    assert set(spread.bars) == {3}


@pytest.mark.parametrize("values", [[0.5, 1.5, 2.5], [3.25], [1.7e308, -1.7e308], [0.0, 5e-324]])
def test_floats_of_any_size_have_a_histogram(values: list[float]) -> None:
    """Not even the widest range overflows."""
    spread = profile_of(values).spread

    assert spread is not None
    assert sum(spread.bars) == len(values)


def test_moments_are_written_as_precisely_as_needed() -> None:
    """Whole days have no time of day."""
    days = profile_of([date(2025, 1, 1), date(2026, 3, 1), date(2025, 7, 1)]).spread
    hours = profile_of([datetime(1969, 1, 1, 8), datetime(2025, 1, 2)], pa.timestamp("s")).spread  # noqa: DTZ001 - no zone

    assert days is not None
    assert hours is not None
    assert (days.low, days.median, days.high) == ("2025-01-01", "2025-07-01", "2026-03-01")
    assert hours.low == "1969-01-01 08:00:00"


def test_fields_of_structs_are_profiled_below_their_column() -> None:
    """A null struct is a null in each of its fields; a list is measured by its items."""
    table = pa.table({"x": [{"mood": "good", "tags": ["a"], "in": {"n": 1}}, None, {"mood": None, "tags": [], "in": None}]})

    found = profiles_of(table)

    assert list(found) == [("x",), ("x", "mood"), ("x", "tags"), ("x", "in"), ("x", "in", "n")]
    assert [one.nulls for one in found.values()] == [1, 2, 1, 2, 2]
    assert found["x", "tags"].spread is not None
    assert found["x", "tags"].spread.unit == "items"


@pytest.mark.parametrize("kind", [pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.timestamp("s"), pa.list_(pa.string())])
def test_a_column_of_nulls_alone_has_nothing_to_show(kind: pa.DataType) -> None:
    """Neither ends nor values, and no error."""
    found = profile_of([None, None, None], kind)

    assert (found.nulls, found.distinct, found.values, found.spread) == (3, 0, (), None)


def test_flags_read_as_in_json() -> None:
    """True and false, not Python's spelling."""
    assert profile_of([True, True, False, True]).values == (("true", 3), ("false", 1))
