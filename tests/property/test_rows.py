"""What a row is, however it is made: on the real engine, against a model server that is slow, uneven and often answers prose for JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resyn.plan.ranges import cut
from resyn.project import Project
from resyn.spec import Column
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.uniform import Uniform
from resyn.spec.samplers.uuid import UUID
from resyn.testing import ModelServer, model_server
from support.planned import COLUMNS, Plan

MOST = 16
"""Rows of the dataset that all others are compared with."""
MORE_COLUMNS: tuple[Column, ...] = (
    Sampler(name="more", params=Uniform(low=0, high=1)),
    Sampler(name="more", params=UUID()),
    Expression(name="more", expr="{{ topic }} and {{ record.title }}"),
    LLMText(name="more", model_alias="writer", prompt="MORE about a {{ topic }}"),
)
THRIFTY = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """Run the server."""
    with model_server(latency_ms=2, tail=1.0, bad_json_rate=0.6, words=8) as server:
        yield server


@pytest.fixture(scope="module")
def new_plan(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Plan]:
    """Return a maker of projects, each with an empty store."""
    return lambda: Plan(tmp_path_factory.mktemp("project"), server.endpoint)


@pytest.fixture(scope="module")
def whole(new_plan: Callable[[], Plan]) -> Plan:
    """Return the dataset made in one batch, one request at a time."""
    plan = new_plan()
    plan({"b00000": range(MOST)}, parallel=1)
    plan.generate("b00000")
    return plan


def asked(project: Project, *keys: str) -> list[tuple[int, str, bytes]]:
    """Return the requests behind batches, in the order of their traces: row, column, key of the request."""
    tables = [pq.read_table(project.trace(key), columns=["__row", "column", "key"]).to_pylist() for key in keys]
    return [(turn["__row"], turn["column"], turn["key"]) for table in tables for turn in table]


def test_the_comparison_has_rows_that_were_corrected_and_drawn_again(whole: Plan) -> None:
    """Else it would say little."""
    attempts = pq.read_table(whole.project.trace("b00000"))
    assert max(attempts["turn"].to_pylist()) == 1
    assert max(attempts["restart"].to_pylist()) == 2
    assert max(attempts["attempt"].to_pylist()) >= 1


@THRIFTY
@given(data=st.data(), rows=st.integers(1, MOST), parallel=st.sampled_from([1, 2, 5, 16]))
def test_rows_depend_neither_on_batches_nor_on_concurrency_nor_on_their_number(
    whole: Plan, new_plan: Callable[[], Plan], data: st.DataObject, rows: int, parallel: int
) -> None:
    """Rows 0 to n - 1 are those of the longer dataset, and so are the requests behind them, whatever batch is made first."""
    batches = cut(rows, data.draw(st.integers(1, rows), label="batch size"))
    plan = new_plan()
    plan(batches, parallel=parallel)
    for key in data.draw(st.permutations(list(batches)), label="order"):
        plan.generate(key)
    assert plan.rows(*batches) == whole.rows("b00000")[:rows]
    assert asked(plan.project, *batches) == [turn for turn in asked(whole.project, "b00000") if turn[0] < rows]


@THRIFTY
@given(data=st.data(), more=st.sampled_from(MORE_COLUMNS))
def test_another_column_moves_nothing(whole: Plan, new_plan: Callable[[], Plan], data: st.DataObject, more: Column) -> None:
    """Wherever it stands: the others keep their values and their requests."""
    columns = data.draw(st.permutations([*COLUMNS, more]), label="columns")
    plan = new_plan()
    plan({"b00000": range(8)}, columns=tuple(columns))
    plan.generate("b00000")
    assert [{name: value for name, value in row.items() if name != "more"} for row in plan.rows("b00000")] == whole.rows("b00000")[:8]
    others = [turn for turn in asked(plan.project, "b00000") if turn[1] != "more"]
    assert sorted(others) == sorted(turn for turn in asked(whole.project, "b00000") if turn[0] < 8)


def test_a_renamed_column_keeps_its_values(whole: Plan, new_plan: Callable[[], Plan]) -> None:
    """With its old name as `rng_name`."""
    renamed = [dataclasses.replace(column, name="remark", rng_name="note") if column.name == "note" else column for column in COLUMNS]
    plan = new_plan()
    plan({"b00000": range(8)}, columns=tuple(renamed))
    plan.generate("b00000")
    assert [row["remark"] for row in plan.rows("b00000")] == [row["note"] for row in whole.rows("b00000")[:8]]
