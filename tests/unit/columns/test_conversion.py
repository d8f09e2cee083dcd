"""What `convert_to` and `decimal_places` make of values."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resyn.columns.conversion import DIRECTIVES, conversion_of, rounded
from resyn.errors import ResynError


@pytest.mark.parametrize(
    ("values", "convert_to", "expected"),
    [
        ([0.5, 1.5, -2.7, 1e15], "int", [0, 2, -3, 10**15]),
        ([2**60 + 1], "int", [2**60 + 1]),
        (["7", "2.5"], "int", [7, 2]),
        ([1, 2], "float", [1.0, 2.0]),
        (["1e3"], "float", [1000.0]),
        ([1.0, 0.1, 1e16], "str", ["1.0", "0.1", "1e+16"]),
        ([1, -2], "str", ["1", "-2"]),
        (["a"], "str", ["a"]),
        ([{"a": 1}], "str", [{"a": 1}]),
        ([1.5], "", [1.5]),
    ],
)
def test_values_are_converted_as_in_data_designer(values: list[Any], convert_to: str, expected: list[Any]) -> None:
    """Int rounds halves to the even number; text is Python's."""
    array = pa.array(values)
    conversion = conversion_of(array.type, convert_to)
    converted = conversion.apply(array)
    assert converted.to_pylist() == expected
    assert converted.type == conversion.arrow_type


def test_text_that_is_no_number_is_an_error() -> None:
    """It names the text."""
    with pytest.raises(ResynError, match=r"a value is no number: .*'many'"):
        conversion_of(pa.string(), "int").apply(pa.array(["many"]))


@pytest.mark.parametrize("directive", DIRECTIVES)
def test_dates_are_written_as_python_writes_them(directive: str) -> None:
    """Every directive that is accepted, on a day of one digit and in an afternoon."""
    moments = [dt.datetime(2024, 2, 3, 4, 5, 6), dt.datetime(1999, 12, 31, 13, 59, 58)]  # noqa: DTZ001 - dates have no zone here
    converted = conversion_of(pa.timestamp("s"), f"%{directive}").apply(pa.array(moments, pa.timestamp("s")))
    assert converted.to_pylist() == [moment.strftime(f"%{directive}") for moment in moments]


@settings(deadline=None)
@example(131072.765625, 5)  # a tie: 131072.76562 as a double is a hair further away than half a step
@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_rounded_values_are_the_nearest_decimal(value: float, places: int) -> None:
    """So that they print with that many digits; where two are as near to the last bits of a double, either."""
    found = rounded(np.array([value]), places)[0]
    exact = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    step = Decimal(1).scaleb(-places)
    assert found in (float(exact - step), float(exact), float(exact + step))
    bits = Decimal(math.ulp(value))  # of the product that is rounded, and of the double that stands for the decimal
    assert abs(Decimal(float(found)) - Decimal(value)) <= step / 2 + bits


def test_values_without_such_digits_stay_as_they_are() -> None:
    """1e300 has no decimals, and None asks for none."""
    values = np.array([1e300, -1e17, 0.1 + 0.2])
    assert rounded(values, 3).tolist() == [1e300, -1e17, 0.3]
    assert rounded(values, None) is values
