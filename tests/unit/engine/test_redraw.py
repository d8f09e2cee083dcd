"""Constraints: rows that violate them are drawn again, alone."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resyn.columns.constraint import groups
from resyn.engine.compiled import compile_program
from resyn.engine.redraw import MAX_REDRAWS
from resyn.errors import ConfigError, ResynError
from resyn.spec import Column, Constraint, Program, Skip
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import ConditionalParams, Sampler
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.datetime import Datetime
from resyn.spec.samplers.subcategory import Subcategory
from resyn.spec.samplers.timedelta import Timedelta
from resyn.spec.samplers.uniform import Uniform

UNIT = Uniform(low=0, high=1)
COLUMNS: tuple[Column, ...] = (
    Sampler(name="low", params=UNIT),
    Sampler(name="high", params=UNIT),
    Sampler(name="tier", params=Category(values=("free", "paid"))),
    Sampler(name="kind", params=Subcategory(category="tier", values={"free": ("a", "b"), "paid": ("c", "d")})),
    Sampler(name="other", params=UNIT),
    Expression(name="total", expr="{{ low + high }}", dtype="float"),
    Expression(name="label", expr="{{ tier }}/{{ kind }}", skip=Skip(when="low > 0.9")),
)
BELOW = Constraint(target_columns=("low",), operator="lt", rhs_column="high")
CONSTRAINTS = (
    BELOW,
    Constraint(target_columns=("tier",), operator="eq", rhs='"paid"'),
    Constraint(target_columns=("kind",), operator="not_in", rhs='["d", "x"]'),
    Constraint(target_columns=("low", "high"), operator="le", rhs="1"),
    Constraint(target_columns=("total",), operator="gt", rhs="0.5"),
    Constraint(expr="low * low < other or label == 'free/a'"),
)


def program(*constraints: Constraint, columns: tuple[Column, ...] = COLUMNS) -> Program:
    """Return a program with constraints."""
    return Program(name="x", seed=1, draw=0, reference_date="2026-01-01", columns=columns, constraints=constraints)


def table(
    *constraints: Constraint, columns: tuple[Column, ...] = COLUMNS, rows: range = range(300), attempt: int = 0
) -> list[dict[str, Any]]:
    """Return rows made in one block."""
    compiled = compile_program(program(*constraints, columns=columns))
    block = compiled.root_block(rows, attempt)
    listed: list[dict[str, Any]] = pa.table([block[name] for name in compiled.schema.names], schema=compiled.schema).to_pylist()
    return listed


def test_constraints_hold_in_every_row() -> None:
    """All kinds at once, between columns that share nothing and between those that do; computed columns fit what was drawn."""
    for row in table(*CONSTRAINTS):
        assert row["low"] < row["high"]
        assert row["low"] + row["high"] <= 1
        assert row["total"] == row["low"] + row["high"] > 0.5
        assert (row["tier"], row["kind"]) == ("paid", "c")
        assert row["low"] * row["low"] < row["other"]
        assert row["label"] == (None if row["low"] > 0.9 else "paid/c")


def test_only_rows_that_violate_it_and_columns_it_touches_change() -> None:
    """And those that depend on them."""
    free, held = table(), table(BELOW)
    for before, after in zip(free, held, strict=True):
        assert {name: after[name] for name in ("tier", "kind", "other")} == {name: before[name] for name in ("tier", "kind", "other")}
        if before["low"] < before["high"]:
            assert after == before
        else:
            assert after["low"] != before["low"]
            assert after["high"] != before["high"]


def test_a_constraint_on_a_computed_column_draws_what_it_is_made_of() -> None:
    """It has no random words of its own."""
    (group,) = groups(program(Constraint(target_columns=("total",), operator="gt", rhs="1.5")))
    assert group.drawn == {"low", "high"}
    assert min(row["total"] for row in table(group.constraints[0])) > 1.5


def test_constraints_that_share_nothing_are_met_one_by_one() -> None:
    """So that another constraint moves no value of columns it does not touch."""
    found = groups(program(*CONSTRAINTS[:4]))
    assert {group.drawn for group in found} == {frozenset({"low", "high"}), frozenset({"tier", "kind"})}
    names = ("low", "high", "total")
    assert [[row[name] for name in names] for row in table(BELOW, CONSTRAINTS[1])] == [
        [row[name] for name in names] for row in table(BELOW)
    ]


@settings(deadline=None, max_examples=30)
@given(st.sets(st.sampled_from(CONSTRAINTS)), st.integers(0, 300), st.integers(0, 300), st.integers(0, 2))
def test_blocks_of_any_size_hold_the_same_rows(constraints: set[Constraint], start: int, stop: int, attempt: int) -> None:
    """A row's redraw is a function of the row alone; an attempt of its own begins anew."""
    chosen = [constraint for constraint in CONSTRAINTS if constraint in constraints]
    part = table(*chosen, rows=range(start, max(start, stop)), attempt=attempt)
    assert part == table(*chosen, attempt=attempt)[start : max(start, stop)]


def test_dates_and_times_between_them_can_be_held_to_order() -> None:
    """A timedelta is drawn again with its reference, where the constraint names both."""
    columns = (
        Sampler(name="start", params=Datetime(start="2026-01-01", end="2026-02-01", unit="D")),
        Sampler(name="end", params=Datetime(start="2026-01-01", end="2026-02-01", unit="D")),
        Sampler(name="later", params=Timedelta(dt_min=0, dt_max=40, reference_column_name="end", unit="D")),
    )
    ordered = (
        Constraint(target_columns=("start",), operator="lt", rhs_column="end"),
        Constraint(target_columns=("later",), operator="lt", rhs_column="start"),
    )
    assert all(row["start"] < row["end"] <= row["later"] for row in table(ordered[0], columns=columns))
    with pytest.raises(ConfigError, match=r"all of them 0\.000%"):
        table(*ordered, columns=columns)


def test_a_condition_is_not_asked_about_draws_that_no_row_has() -> None:
    """A row that holds is not drawn again because its neighbour is: what is well alone is well together."""
    conditional = (ConditionalParams(condition="1 / size > 0.6", params=Uniform(low=2, high=3)),)
    columns = (
        Sampler(name="size", params=Category(values=(0, 1, 2), weights=(1, 8, 8), dtype="int")),
        Sampler(name="share", params=UNIT, conditional_params=conditional),
    )
    both = Constraint(target_columns=("size", "share"), operator="gt", rhs="3.4")
    well = []
    for row in range(120):
        with suppress(ResynError):
            well.append(table(both, columns=columns, rows=range(row, row + 1))[0] | {"row": row})
    together = [(one, two) for one, two in pairwise(well) if two["row"] == one["row"] + 1]
    assert 20 < len(together) < 119
    for one, two in together:
        rows = table(both, columns=columns, rows=range(one["row"], two["row"] + 1))
        assert [(row["size"], row["share"]) for row in rows] == [(row["size"], row["share"]) for row in (one, two)]


def test_a_column_that_fails_where_a_constraint_is_violated_is_computed_after_it_holds() -> None:
    """What constraints read is settled first."""
    fails = Expression(name="root", expr="{{ 1 if low < high else 1 // 0 }}", dtype="int")
    assert {row["root"] for row in table(BELOW, columns=(*COLUMNS, fails))} == {1}


def test_what_cannot_be_met_ends_with_the_shares_and_the_columns() -> None:
    """After so many redraws of one row; each constraint's own share tells which ones fight."""
    above = Constraint(target_columns=("low",), operator="ge", rhs_column="high")
    with pytest.raises(ConfigError) as caught:
        table(BELOW, above, rows=range(7, 4_000))
    shown = r"row \d+ was drawn 10,000 times and meets its constraints not once; of [\d,]+ draws meet `low < high` (49|50)\.\d+%, `low ≥ high` (49|50)\.\d+%, all of them 0\.000%"
    assert caught.match(shown)
    assert caught.value.hint == "loosen a constraint, or the distribution of 'high', 'low'"
    assert MAX_REDRAWS == 10_000


def test_a_null_is_compared_to_nothing() -> None:
    """A skipped value violates no constraint; in an expression, null is what Python says of it."""
    half = Expression(name="half", expr="{{ low / 2 }}", dtype="float", skip=Skip(when="tier == 'free'"))
    rows = table(Constraint(target_columns=("half",), operator="gt", rhs="0.25"), columns=(*COLUMNS, half))
    assert all(row["half"] is None if row["tier"] == "free" else row["half"] > 0.25 for row in rows)
    with pytest.raises(ResynError, match=r"constraint, row \d+, condition 'half > 0.25': '>' not supported"):
        table(Constraint(expr="half > 0.25"), columns=(*COLUMNS, half))


def test_a_constraint_on_an_answer_is_refused() -> None:
    """No answer is thrown away for it."""
    text = LLMText(name="text", model_alias="writer", prompt="{{ low }}")
    from resyn.spec import Model

    asked = program(Constraint(expr="text != ''"), columns=(*COLUMNS, text))
    models = {"writer": Model(provider="lab", provider_type="openai", model="fake")}
    with pytest.raises(ConfigError, match="reads column 'text', which a model answers"):
        compile_program(Program(**{field: getattr(asked, field) for field in asked.__dataclass_fields__} | {"models": models}))


def test_what_an_expression_draws_is_drawn_again() -> None:
    """`random` in a column that a constraint reads gives another value at each redraw; rows that hold keep theirs."""
    die = Expression(name="die", expr="{{ [1, 2, 3, 4, 5, 6] | random }}", dtype="int")
    beside = Expression(name="beside", expr="{{ [1, 2, 3, 4, 5, 6] | random }}", dtype="int")
    six = Constraint(target_columns=("die",), operator="eq", rhs="6")
    free, held = table(columns=(die, beside)), table(six, columns=(die, beside))
    assert {row["die"] for row in held} == {6}
    assert [row["beside"] for row in held] == [row["beside"] for row in free]
    assert table(six, columns=(die, beside), rows=range(70, 90)) == held[70:90]
    (group,) = groups(program(six, columns=(die, beside)))
    assert group.drawn == {"die"}
