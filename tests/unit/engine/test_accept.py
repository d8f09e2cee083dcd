"""Exactly N accepted rows: turned-down ones are drawn again within a bound, with models and without."""

from __future__ import annotations

import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from resyn.errors import MissingRows, ResynError
from resyn.report.acceptance import acceptance
from resyn.report.usage import read_traffic
from resyn.spec import Column
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import Sampler
from resyn.spec.columns.validation import Validation
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.uniform import Uniform
from resyn.spec.validators.json_schema import JSONSchema
from resyn.testing import ModelServer
from support.planned import Plan

SHARE = Sampler(name="share", params=Uniform(low=0, high=1, decimal_places=6))
TOPIC = Sampler(name="topic", params=Category(values=("tent", "lamp", "kettle")))
DRAWN: tuple[Column, ...] = (TOPIC, SHARE, Expression(name="label", expr="{{ topic }} {{ share }}"))
ASKED: tuple[Column, ...] = (*DRAWN, LLMText(name="text", model_alias="writer", prompt="TEXT {{ label }}"))
SEVEN_IN_TEN = ("share < 0.7",)


def tally(plan: Plan, key: str) -> dict[str, Any]:
    """Return what a batch's file says of its candidates."""
    said: dict[str, Any] = json.loads(pq.read_metadata(plan.project.batch(key)).metadata[b"resyn.accept"])
    return said


@pytest.mark.parametrize("columns", [DRAWN, ASKED], ids=["without a model", "with one"])
def test_exactly_as_many_rows_come_out(plan: Plan, columns: tuple[Column, ...]) -> None:
    """All accepted; those that were at once are the rows of a config without conditions."""
    options: dict[str, Any] = {"columns": columns} | ({"models": {}} if columns is DRAWN else {})
    plan({"b00000": range(200)}, **options)
    plan.generate("b00000")
    free = plan.rows("b00000")
    plan({"b00000": range(200)}, **options, accept=SEVEN_IN_TEN, max_candidates=20)
    plan.generate("b00000")
    rows = plan.rows("b00000")
    assert [row["__row"] for row in rows] == list(range(200))
    assert all(row["share"] < 0.7 and row["label"] == f"{row['topic']} {row['share']}" for row in rows)
    kept = [row for row in free if row["share"] < 0.7]
    assert [rows[row["__row"]] for row in kept] == kept
    said = tally(plan, "b00000")
    assert said["accepted"] == 200
    assert sum(int(number) * many for number, many in said["rows_by_candidates"].items()) == said["candidates"]
    assert 250 < said["candidates"] < 330
    assert said["conditions"] == {"share < 0.7": 200}


@pytest.mark.parametrize("columns", [DRAWN, ASKED], ids=["without a model", "with one"])
def test_rows_do_not_depend_on_how_they_are_cut(plan: Plan, columns: tuple[Column, ...]) -> None:
    """Into batches; nor does asking again ask anything."""
    options: dict[str, Any] = {"columns": columns, "accept": ("share < 0.2",), "max_candidates": 60} | (
        {"models": {}} if columns is DRAWN else {}
    )
    plan({"b00000": range(60)}, **options)
    plan.generate("b00000")
    whole = plan.rows("b00000")
    plan({"b00000": range(7), "b00001": range(7, 8), "b00002": range(8, 60)}, **options)
    assert [plan.generate(key).asked for key in ("b00000", "b00001", "b00002")] == [0, 0, 0]
    assert plan.rows("b00000", "b00001", "b00002") == whole


@pytest.mark.parametrize("columns", [DRAWN, ASKED], ids=["without a model", "with one"])
def test_a_spent_budget_is_a_clear_end(plan: Plan, columns: tuple[Column, ...], server: ModelServer) -> None:
    """It names rows, conditions and the rate; more candidates ask only for more."""
    options: dict[str, Any] = {"columns": columns, "accept": ("share < 0.1", "topic != ''")} | ({"models": {}} if columns is DRAWN else {})
    plan({"b00000": range(20)}, **options, max_candidates=3)
    with pytest.raises(MissingRows) as caught:
        plan.generate("b00000")
    assert "of the rows of batch b00000 could not be made (" in caught.value.message
    assert "candidates were accepted" in caught.value.message
    assert "column 'accept': none of 3 candidates was accepted: `share < 0.1` held for 0, `topic != ''` held for 3" in caught.value.message
    assert "raise `max_candidates` or loosen `accept`" in caught.value.hint
    asked = server.stats()["requests"]
    plan({"b00000": range(20)}, **options, max_candidates=200)
    report = plan.generate("b00000")
    assert len(plan.rows("b00000")) == 20
    if columns is ASKED:
        assert report.asked == tally(plan, "b00000")["candidates"] - asked
    plan({"b00000": range(20)}, **options, max_candidates=3, max_missing_share=1.0)
    plan.generate("b00000")
    rows = plan.rows("b00000")
    assert 0 < len(rows) < 20
    assert all(row["share"] < 0.1 for row in rows)


def test_a_verdict_of_a_validator_can_be_asked_for(plan: Plan) -> None:
    """Any column of the row can; a verdict that is none does not hold."""
    check = Validation(
        name="check", target_columns=("share",), validator_params=JSONSchema(json_schema='{"type": "number", "maximum": 0.5}')
    )
    plan({"b00000": range(40)}, columns=(*ASKED, check), accept=("check.is_valid", "text | length > 0"), max_candidates=30)
    plan.generate("b00000")
    assert [row["share"] <= 0.5 for row in plan.rows("b00000")] == [True] * 40


def test_another_condition_asks_nothing_that_is_stored(plan: Plan) -> None:
    """A stricter one asks for what it turns down, a looser one for nothing."""
    plan({"b00000": range(50)}, columns=ASKED)
    plan.generate("b00000")
    turned_down = sum(row["share"] >= 0.7 for row in plan.rows("b00000"))
    plan({"b00000": range(50)}, columns=ASKED, accept=SEVEN_IN_TEN, max_candidates=30)
    assert plan.generate("b00000").asked == tally(plan, "b00000")["candidates"] - 50 >= turned_down
    plan({"b00000": range(50)}, columns=ASKED, accept=("share < 0.9",), max_candidates=30)
    assert plan.generate("b00000").asked == 0


def test_what_turned_down_rows_cost_is_counted_from_traces(plan: Plan) -> None:
    """Candidates and conditions from the batches, usage from the traces: both repeat."""
    plan({"b00000": range(30), "b00001": range(30, 50)}, columns=ASKED, accept=SEVEN_IN_TEN, max_candidates=30)
    asked = sum(plan.generate(key).asked or 0 for key in ("b00000", "b00001"))
    keys = ("b00000", "b00001")
    found = acceptance([plan.project.batch(key) for key in keys], read_traffic(plan.project.trace(key) for key in keys))
    assert (found["candidates"], found["accepted"]) == (asked, 50)
    assert found["rate"] == round(50 / asked, 6)
    assert found["redrawn"]["requests"] == asked - 50
    assert found["redrawn"]["output_tokens"] > 0
    assert sum(found["rows_by_candidates"].values()) == 50


def test_a_condition_that_is_no_condition_is_an_error(plan: Plan) -> None:
    """It names row and condition."""
    for columns in (DRAWN, ASKED):
        options: dict[str, Any] = {"models": {}} if columns is DRAWN else {}
        plan({"b00000": range(3)}, columns=columns, accept=("share + 1",), max_candidates=2, **options)
        with pytest.raises(ResynError, match=r"row \d, accept condition 'share \+ 1': it gives '1\.\d+', which is neither true nor false"):
            plan.generate("b00000")
