"""One request at a time or many: the same bytes, and each goes on where the other stopped."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from resyn.errors import EndpointDown
from resyn.spec import Column, Limits, Provider, Runtime, Skip, encode
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.program import ToolSet
from resyn.testing import ModelServer
from support import tool_server
from support.planned import COLUMNS, Plan

NOT_FOR_LAMPS = Skip(when="topic == 'lamp'")
EVERYTHING: tuple[Column, ...] = (
    *(dataclasses.replace(column, skip=NOT_FOR_LAMPS) if column.name == "note" else column for column in COLUMNS),
    LLMText(name="sum", model_alias="writer", prompt="SUM for a {{ topic }}", tool_alias="math"),
    Expression(name="length", expr="{{ note | length }}", dtype="int"),
)
"""Texts, a structured answer that is corrected and asked again, tools, cells that are skipped and rows that skip after them."""
WITHOUT_TOOLS = tuple(column for column in EVERYTHING if column.name != "sum")
"""Whose server takes a second to start."""
ROUGH: dict[str, Any] = {"bad_json_rate": 0.4, "fault_rate": 0.02, "faults": ["400"], "sticky_faults": True}
"""Some requests are refused for good, and their rows drawn again."""


@pytest.fixture
def project(another_plan: Callable[[str], Plan]) -> Callable[..., Plan]:
    """Return a maker of projects with a store of its own each."""

    def make(name: str, rows: int, columns: tuple[Column, ...] = EVERYTHING) -> Plan:
        plan = another_plan(name)
        tools = {"math": ToolSet(tool_alias="math", providers=("calc",), allow_tools=("add",))}
        plan({"b00000": range(rows)}, columns=columns, tools=tools, max_redraws=20, accept=("record.score > 1",), max_candidates=30)
        return plan

    return make


WHEN = {"answered_at", "latency_ms", "retries"}


def made(plan: Plan, engine: str, *, max_wait: float = 20) -> tuple[bytes, list[dict[str, Any]]]:
    """Make the batch; return the bytes of its rows, and its trace but for when and how its answers came."""
    command = (str(tool_server.__file__), str(plan.project.root / "calls"))
    providers = {"lab": Provider(endpoint=plan.endpoint), "calc": Provider(command=sys.executable, args=command)}
    limits = {"writer": Limits(max_parallel_requests=16, max_wait=max_wait), "tools math": Limits(skip_health_check=True)}
    plan.write("runtime", encode(Runtime(providers=providers, limits=limits)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESYN_ENGINE", engine)
        plan.generate("b00000")
    turns = pq.read_table(plan.project.trace("b00000")).to_pylist()
    return plan.project.batch("b00000").read_bytes(), [{name: turn[name] for name in turn.keys() - WHEN} for turn in turns]


@pytest.mark.parametrize(("rows", "columns"), [(25, WITHOUT_TOOLS), pytest.param(500, EVERYTHING, marks=pytest.mark.slow)])
def test_both_drivers_leave_the_same_bytes(
    project: Callable[..., Plan], server: ModelServer, rows: int, columns: tuple[Column, ...]
) -> None:
    """With tools, corrections, redraws, conditions and skipped cells; and an empty store asks the same of the model, no more and no less."""
    server.configure(**ROUGH)
    by_async = made(many := project("many", rows, columns), "async")
    asked = server.stats()
    server.reset()
    by_sync = made(project("one", rows, columns), "sync")
    assert server.stats()["distinct"] == server.stats()["requests"] == asked["distinct"] == asked["requests"]
    statuses = asked["statuses"]
    assert statuses["400"] > 0
    table = many.rows("b00000")
    assert len(table) == rows
    assert any(row["note"] is None and row["length"] is None for row in table)
    assert by_sync == by_async


@pytest.mark.slow
@pytest.mark.parametrize(("first", "second"), [("async", "sync"), ("sync", "async")])
def test_one_goes_on_where_the_other_stopped(project: Callable[..., Plan], server: ModelServer, first: str, second: str) -> None:
    """In the middle of rows, of conversations and of redraws: nothing is asked twice, and the bytes are those of a run in one go."""
    server.configure(**ROUGH)
    whole = made(project("whole", 500), "async")
    server.reset()
    stopped = project("stopped", 500)
    for match in ("NOTE", "SUM", "RECORD"):
        server.configure(replies=[{"match": match, "reply": "later", "status": 503}])
        with pytest.raises(EndpointDown):
            made(stopped, first, max_wait=0.1)
    server.configure(replies=[])
    assert made(stopped, second) == whole
    assert server.stats()["repeated_after_answer"] == 0
