"""The parent's value decides the list."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from resyn.errors import ResynError
from resyn.spec.samplers.subcategory import Subcategory

Draw = Callable[..., pa.Array]

PARAMS = Subcategory(category="parent", values={"1": ("one",), "2.5": ("two and a half",), "x": ("letter",)})


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        (pa.array([1, 1]), ["one", "one"]),
        (pa.array([2.5, 2.5]), ["two and a half"] * 2),
        (pa.array(["x", "1"]), ["letter", "one"]),
    ],
    ids=["int", "float", "str"],
)
def test_a_parent_is_looked_up_as_text(draw: Draw, parents: pa.Array, expected: list[str]) -> None:
    """YAML keys are text; the parent's values may be numbers."""
    assert draw(PARAMS, range(2), columns={"parent": parents}).to_pylist() == expected


@pytest.mark.parametrize("parent", ["y", None])
def test_a_parent_without_a_list_names_column_row_and_value(draw: Draw, parent: str | None) -> None:
    """The first such row, by its index in the dataset."""
    with pytest.raises(ResynError, match=rf"column topic, row 41: parent is {parent!r}, under which no values are listed"):
        draw(PARAMS, range(40, 42), name="topic", columns={"parent": pa.array(["x", parent])})


def test_values_can_be_numbers(draw: Draw) -> None:
    """Of the one type that the spec names."""
    params = Subcategory(category="parent", values={"x": (1, 2)}, dtype="float")
    assert draw(params, range(9), columns={"parent": pa.repeat("x", 9)}).type == pa.float64()
