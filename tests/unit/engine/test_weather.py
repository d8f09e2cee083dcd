"""What an endpoint goes through on the way decides nothing: the same rows, whatever the weather and whichever the engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from resyn.engine.batch_report import BatchReport
from resyn.spec import Column, Limits, Provider, Runtime, encode
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_judge import LLMJudge, Option, Score
from resyn.spec.columns.llm_structured import LLMStructured
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.category import Category
from resyn.testing import ModelServer
from support.planned import REVIEW, Plan

ROWS = 30
SCALE = Score(
    name="tone", description="Is it kind?", options=(Option(value="1", description="rude"), Option(value="2", description="kind"))
)
COLUMNS: tuple[Column, ...] = (
    Sampler(name="topic", params=Category(values=("tent", "lamp", "kettle"))),
    LLMText(name="text", model_alias="writer", prompt="TEXT about a {{ topic }}"),
    LLMStructured(name="record", model_alias="writer", prompt="RECORD of {{ text }}", output_format=json.dumps(REVIEW)),
    LLMJudge(name="verdict", model_alias="writer", prompt="JUDGE {{ text }}", scores=(SCALE,)),
    LLMText(name="reply", model_alias="writer", prompt="REPLY to {{ text }}, which is {{ verdict.tone.score }} and {{ record.mood }}"),
    Expression(name="label", expr="{{ topic }} [{{ record.score }}]"),
)
STORM = ["500", "502", "503", "429", "reset", "timeout", "html", "cut", "content_type", "error_body"]
ONE = {"fault_rate": 0.15, "faults": STORM}
ANOTHER = {"fault_rate": 0.15, "faults": STORM, "fault_draw": 9, "latency_ms": 5, "jitter": 1.0}
REFUSING = {"fault_rate": 0.15, "faults": [*STORM, "400"]}
"""Some requests are refused for good as well."""
CLEAR = {"fault_rate": 0.0, "fault_draw": 0, "latency_ms": 0.0, "jitter": 0.0, "hang_s": 20.0, "bad_json_rate": 0.1}


@pytest.fixture
def generate(another_plan: Callable[[str], Plan], server: ModelServer) -> Callable[..., Plan]:
    """Return what makes the rows in a new project, under the weather of the server."""

    def made(name: str, engine: str, weather: dict[str, Any], rows: int) -> Plan:
        plan = another_plan(name)
        plan({"b00000": range(rows)}, columns=COLUMNS)
        limits = Limits(max_parallel_requests=16, timeout=0.5, max_wait=20)
        plan.write("runtime", encode(Runtime(providers={"lab": Provider(endpoint=plan.endpoint)}, limits={"writer": limits})))
        server.configure(**CLEAR | weather)
        server.reset()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("RESYN_ENGINE", engine)
            report = plan.generate("b00000")
        assert isinstance(report, BatchReport)
        assert server.stats()["repeated_after_answer"] == 0
        return plan

    return made


@pytest.mark.parametrize(
    ("weather", "engine", "rows"),
    [(ONE, "async", 30), (ANOTHER, "async", 30), (REFUSING, "async", 30), (REFUSING, "sync", 7)],
    ids=["one storm", "another storm", "a storm that refuses", "a storm that refuses, one request at a time"],
)
def test_two_runs_from_empty_stores_under_different_weather_give_equal_rows(
    generate: Callable[..., Plan], weather: dict[str, Any], engine: str, rows: int
) -> None:
    """Rows that met a refusal aside, of which there are none unless the endpoint refuses; and byte for byte where there are none."""
    clear = generate("clear", "async", {}, rows)
    rough = generate("rough", engine, weather, rows)
    turns = pq.read_table(rough.project.trace("b00000")).to_pylist()
    assert sum(turn["retries"] for turn in turns) > rows / 6
    stones = {turn["__row"] for turn in turns if turn["status"] == "refused"}
    assert bool(stones) == ("400" in weather["faults"])
    pairs = list(zip(clear.rows("b00000"), rough.rows("b00000"), strict=True))
    assert len(pairs) == rows
    assert [mine for mine, _ in pairs if mine["__row"] not in stones] == [other for _, other in pairs if other["__row"] not in stones]
    if not stones:
        assert clear.project.batch("b00000").read_bytes() == rough.project.batch("b00000").read_bytes()
