"""`skip`: rows for which a column is not made, in blocks and cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resyn.columns.skip import placeholder
from resyn.engine.compiled import compile_program
from resyn.errors import ResynError
from resyn.spec import Column, Program, Skip
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.category import Category
from resyn.testing import ModelServer, model_server
from support.planned import Plan

TIER = Sampler(name="tier", params=Category(values=("free", "paid", "trial")))
FREE = Skip(when="tier == 'free'")


def table(*columns: Column, rows: range = range(60)) -> list[dict[str, Any]]:
    """Return rows made in one block, without what is in no file."""
    compiled = compile_program(Program(name="x", seed=1, draw=0, reference_date="2026-01-01", columns=(TIER, *columns)))
    block = compiled.root_block(rows, 0)
    listed: list[dict[str, Any]] = pa.table([block[name] for name in compiled.schema.names], schema=compiled.schema).to_pylist()
    return listed


def test_a_skipped_row_is_never_computed() -> None:
    """An expression that fails where it is skipped does not fail; the others have the values they would have."""
    fails = "{{ 'x' if tier != 'free' else 1 // 0 }}/{{ tier }}"
    rows = table(Expression(name="label", expr=fails, skip=FREE))
    assert {row["tier"] for row in rows} == {"free", "paid", "trial"}
    assert all(row["label"] == (None if row["tier"] == "free" else f"x/{row['tier']}") for row in rows)
    with pytest.raises(ResynError, match="column 'label'"):
        table(Expression(name="label", expr=fails))


def test_a_skipped_row_holds_the_value_that_is_given() -> None:
    """Of the column's type."""
    rows = table(Expression(name="length", expr="{{ tier | length }}", dtype="int", skip=Skip(when="tier == 'free'", value="0")))
    assert [row["length"] for row in rows] == [0 if row["tier"] == "free" else len(row["tier"]) for row in rows]


def test_a_column_that_reads_a_skipped_one_is_skipped() -> None:
    """However far below, with its own value; `propagate_skip: false` computes it from null; what only `skip.when` names passes nothing on."""
    rows = table(
        Expression(name="label", expr="{{ tier }}!", skip=FREE),
        Expression(name="below", expr="{{ label | length }}", dtype="int"),
        Expression(name="far", expr="{{ below }}", skip=Skip(when="tier == 'trial'", value='"-"')),
        Expression(name="anyway", expr="{{ label is none }}", dtype="bool", skip=Skip(propagate=False)),
        Expression(name="named", expr="{{ tier }}", skip=Skip(when="label is none and tier == 'paid'")),
    )
    expected = {
        "free": (None, None, "-", True, "free"),
        "paid": ("paid!", 5, "5", False, "paid"),
        "trial": ("trial!", 6, "-", False, "trial"),
    }
    assert {row["tier"]: tuple(row.values())[1:] for row in rows} == expected


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 60), st.integers(0, 60))
def test_blocks_of_any_size_hold_the_same_rows(start: int, stop: int) -> None:
    """Blocks in which every row is skipped, or none, and one without rows."""
    columns = (Expression(name="label", expr="{{ tier }}!", skip=FREE), Expression(name="below", expr="{{ label }}?"))
    assert table(*columns, rows=range(start, max(start, stop))) == table(*columns)[start : max(start, stop)]


@pytest.mark.parametrize(
    ("verdict", "skipped"), [("'0'", False), ("'False'", False), ("'no'", True), ("0", False), ("[1]", True), ("''", False)]
)
def test_a_condition_may_be_anything_that_python_takes_for_true(verdict: str, skipped: bool) -> None:
    """As in Data Designer: a text is what it spells."""
    rows = table(Expression(name="label", expr="{{ tier }}", skip=Skip(when=f"{verdict} if tier else 1")))
    assert {row["label"] is None for row in rows} == {skipped}


def test_a_condition_that_fails_is_an_error() -> None:
    """It names row, column and condition, in place of a row that is silently not made."""
    with pytest.raises(ResynError, match=r"column 'label', `skip`, row \d+, condition 'tier > 3': '>' not supported"):
        table(Expression(name="label", expr="{{ tier }}", skip=Skip(when="tier > 3")))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ('"x"', pa.int64()),
        ("1.5", pa.int64()),
        ("1", pa.string()),
        ("true", pa.float64()),
        ("1", pa.bool_()),
        ('"x"', pa.struct([("a", pa.string())])),
    ],
)
def test_a_value_is_of_the_columns_type(value: str, kind: pa.DataType) -> None:
    """Null fits every column; a whole number is a float as well."""
    with pytest.raises(ValueError, match=r"is .*, and the column is of type"):
        placeholder(Expression(name="x", expr="", skip=Skip(value=value)), kind)
    assert placeholder(Expression(name="x", expr="", skip=Skip()), kind).as_py() is None
    assert placeholder(Expression(name="x", expr="", skip=Skip(value="2")), pa.float64()).as_py() == 2.0


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """Run a model server."""
    with model_server(words=3) as server:
        yield server


@pytest.fixture
def make(server: ModelServer, tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """Return a function that makes one batch of columns."""

    def make(*columns: Column) -> list[dict[str, Any]]:
        plan = Plan(tmp_path, server.endpoint)
        plan({"b00000": range(30)}, columns=(TIER, *columns))
        plan.generate("b00000")
        asked = pq.read_table(plan.project.trace("b00000"), columns=["__row", "column"]).to_pylist()
        return [row | {"asked": {turn["column"] for turn in asked if turn["__row"] == row["__row"]}} for row in plan.rows("b00000")]

    return make


def test_a_skipped_cell_asks_nothing(make: Callable[..., list[dict[str, Any]]]) -> None:
    """Nor do those that read it; the trace has the requests of the rows that were kept, and of no other."""
    rows = make(
        LLMText(name="text", model_alias="writer", prompt="About {{ tier }}", skip=Skip(when="tier == 'free'", value='"none"')),
        LLMText(name="reply", model_alias="writer", prompt="Reply to {{ text }}"),
        LLMText(name="other", model_alias="writer", prompt="Other than {{ text }}", skip=Skip(propagate=False)),
    )
    for row in rows:
        kept = row["tier"] != "free"
        assert row["asked"] == ({"text", "reply", "other"} if kept else {"other"})
        assert (row["text"] == "none") is (row["reply"] is None) is not kept


def test_a_skip_that_reads_an_answer_makes_a_cell_of_its_column(make: Callable[..., list[dict[str, Any]]]) -> None:
    """Which is skipped or made once the answer is there; and a root's skipped rows reach the cells below it."""
    rows = make(
        Expression(name="root", expr="{{ tier }}", skip=FREE),
        LLMText(name="text", model_alias="writer", prompt="About {{ root }}"),
        Expression(name="label", expr="{{ tier }}!", skip=Skip(when="text is none or text | length > 400", value='"-"')),
    )
    assert [row["label"] for row in rows] == ["-" if row["tier"] == "free" else f"{row['tier']}!" for row in rows]
    assert all((row["asked"] == set()) is (row["text"] is None) is (row["tier"] == "free") for row in rows)
