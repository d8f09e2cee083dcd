"""Counting different values without keeping them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from resyn.report.distinct import Distinct

VALUES = st.one_of(
    st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])))),
    st.lists(st.one_of(st.none(), st.integers(-(2**62), 2**62))),
    st.lists(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))),
)


@given(VALUES, st.integers(1, 5))
def test_the_count_is_that_of_a_set(values: list[Any], size: int) -> None:
    """Texts, whole numbers and floats, handed in a few at a time; nulls do not count."""
    distinct = Distinct()
    array = pa.array(values)
    for start in range(0, len(values), size):
        distinct.add(array.slice(start, size))

    assert distinct.count() == len({repr(value) for value in values} - {"None"})


def test_nested_values_differ_by_content() -> None:
    """Two objects are one value where all their members are."""
    distinct = Distinct()
    distinct.add(pa.array([{"a": 1, "b": ["x"]}, {"a": 1, "b": ["x"]}, {"a": 1, "b": []}, None]))

    assert distinct.count() == 2
