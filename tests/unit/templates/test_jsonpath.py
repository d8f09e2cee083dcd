"""Values found by name, position and slice."""

from __future__ import annotations

from typing import Any

import pytest

from resyn.templates.jsonpath import jsonpath

DATA = {"a": {"b": [1, 2, {"c": 3}], "c": 4}, "d e": [[5], [6]]}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", [DATA]),
        ("$.a.c", [4]),
        ("$['a']['c']", [4]),
        ('$["d e"][0]', [[5]]),
        ("$.a.b[-1].c", [3]),
        ("$.a.b[0:2]", [1, 2]),
        ("$.a.b[::-1]", [{"c": 3}, 2, 1]),
        ("$.a.b[ 1 : ]", [2, {"c": 3}]),
        ("$..c", [4, 3]),
        ("$..b[0]", [1]),
        ("$['d e'][*][0]", [5, 6]),
        ("$.a.*", [[1, 2, {"c": 3}], 4]),
        ("$.nothing.c", []),
        ("$.a.b[9]", []),
        ("$.a.b.c", []),
        ("$.a[0]", []),
    ],
)
def test_a_path_finds_every_value_it_leads_to(path: str, found: list[Any]) -> None:
    """In the order they stand in; where it leads nowhere, none."""
    assert jsonpath(DATA, path) == found


@pytest.mark.parametrize("path", ["", "a.b", "$a", "$.", "$.a[", "$.a[?(@.b)]", "$.a[b]"])
def test_what_is_no_path_is_refused(path: str) -> None:
    """With the place it cannot be read from."""
    with pytest.raises(ValueError, match="the JSONPath"):
        jsonpath(DATA, path)
