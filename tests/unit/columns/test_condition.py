"""Conditions over columns: evaluated once for what they read, as if once a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resyn.columns.condition import Condition
from resyn.columns.protocol import Block
from resyn.errors import ResynError
from resyn.templates.expressions import expression

CONDITIONS = [
    "age > 21",
    "customer.age > 21 and tier == 'gold'",
    "18 <= customer['age'] < 65 or customer.name.startswith('A')",
    "tier in ['gold', 'silver'] and not flag",
    "score * 2 - 1 > age / 3",
    "tier | upper == 'GOLD'",
    "customer == customer and customer.address.city != tier",
    "customer.address.city is none",
    "age is none or age % 2 == 0",
    "(tier ~ age) == 'gold1'",
]
PERSON = pa.struct({"name": pa.string(), "age": pa.int64(), "address": pa.struct({"city": pa.string()})})
TYPES = {"age": pa.int64(), "tier": pa.string(), "score": pa.float64(), "flag": pa.bool_(), "customer": PERSON}

tiers = st.sampled_from(["gold", "silver", "Bonn"])
ages = st.integers(0, 99)
rows = st.fixed_dictionaries(
    {
        "age": ages,
        "tier": tiers,
        "score": st.sampled_from([0.0, 1.5, float("inf")]) | st.floats(-1e3, 1e3),
        "flag": st.booleans(),
        "customer": st.fixed_dictionaries(
            {"name": st.sampled_from(["Ann", "Bo"]), "age": ages, "address": st.none() | st.fixed_dictionaries({"city": st.none() | tiers})}
        ),
    }
)


def block(records: list[dict[str, Any]], start: int = 0) -> Block:
    """Return a block of rows that hold the records."""
    columns = {name: pa.array([record[name] for record in records], kind) for name, kind in TYPES.items() if records and name in records[0]}
    return Block(rows=range(start, start + len(records)), columns=columns)


def holds(source: str, records: list[dict[str, Any]], among: Iterable[int] | None = None) -> list[bool]:
    """Return for which of the records a condition holds."""
    positions = np.array(range(len(records)) if among is None else list(among), dtype=np.int64)
    verdicts: list[bool] = Condition(source).holds(block(records), positions).tolist()
    return verdicts


@settings(deadline=None)
@given(st.lists(rows, max_size=12), st.sampled_from(CONDITIONS))
def test_it_is_what_one_evaluation_a_row_gives(records: list[dict[str, Any]], source: str) -> None:
    """The same verdicts, and an error where a row gives one."""
    try:
        expected = [expression(source)(record) for record in records]
    except Exception:  # noqa: BLE001 - whatever a row raises
        with pytest.raises(ResynError):
            holds(source, records)
    else:
        assert holds(source, records) == expected


def test_an_error_names_the_first_row_it_happens_in_and_the_condition() -> None:
    """The rows that were not asked about are not looked at."""
    records = [{"age": 2}, {"age": 0}, {"age": 1}, {"age": 0}]
    with pytest.raises(ResynError, match=r"row 101, condition '1 / age > 0': division by zero"):
        Condition("1 / age > 0").holds(block(records, start=100), np.arange(4))
    assert holds("1 / age > 0.6", records, among=(0, 2)) == [False, True]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("age", "it gives '2', which is neither true nor false"),
        ("tier", "it gives 'gold', which is neither true nor false"),
        ("nobody.age", "'nobody' is undefined"),
        ("tier > 1", "'>' not supported between instances of 'str' and 'int'"),
        ("tier.__class__ == 1", "access to attribute '__class__' of 'str' object is unsafe"),
    ],
)
def test_what_is_neither_true_nor_false_is_an_error(source: str, words: str) -> None:
    """A number or a text is no verdict; nor is what a template may not reach."""
    with pytest.raises(ResynError, match="row 0, condition") as raised:
        holds(source, [{"age": 2, "tier": "gold"}])
    assert words in raised.value.message
