"""One text for one value."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from resyn.plan.canonical import canonical

# A float between 2**53 and 1e21 is written without a point, and read back as an integer that is too large.
FLOATS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not 2**53 <= abs(number) < 1e21)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | FLOATS | st.text()
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


def test_each_member_has_a_line() -> None:
    """A git diff of the plan shows the member that changed and no other."""
    assert canonical({"b": [1, 2.5], "a": {"x": "ü"}, "e": [], "o": {}}) == (
        '{\n "a": {\n  "x": "ü"\n },\n "b": [\n  1,\n  2.5\n ],\n "e": [],\n "o": {}\n}\n'.encode()
    )


def test_keys_are_ordered_by_utf_16_units() -> None:
    """As RFC 8785 asks: an emoji (a surrogate pair) comes before U+FB33."""
    assert canonical({"\ufb33": 1, "\U0001f600": 2}).decode().index("\U0001f600") < 5


@given(VALUES)
def test_only_white_space_separates_it_from_rfc_8785(value: Any) -> None:
    """Tokens and key order are those of the standard."""
    assert rfc8785.dumps(json.loads(canonical(value))) == rfc8785.dumps(value)
    assert canonical(json.loads(canonical(value))) == canonical(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {"\ud800": 1}, object()])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    """NaN, infinities, integers that lose digits elsewhere, lone surrogates and what is no JSON."""
    with pytest.raises(ValueError, match=r"."):
        canonical([value])
