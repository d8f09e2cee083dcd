"""Request counts by the server: an edit asks for what it changes, and for nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from resyn.spec import Column, Model
from resyn.spec.columns.embedding import Embedding
from resyn.spec.columns.llm_code import LLMCode
from resyn.spec.columns.llm_judge import LLMJudge, Option, Score
from resyn.spec.columns.llm_structured import LLMStructured
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.validation import Validation
from resyn.spec.validators.code import Code
from resyn.testing import ModelServer, model_server
from support.planned import Plan

ROWS = {"b00000": range(8)}
SCORE = Score(name="quality", description="d", options=(Option(value="1", description="bad"), Option(value="2", description="good")))
SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}, "pages": {"type": "integer"}}, "required": ["title", "pages"]}
TEXT = LLMText(name="text", model_alias="writer", prompt="TEXT")
CODE = LLMCode(name="code", model_alias="writer", prompt="CODE for {{ text }}", code_lang="python")
JUDGE = LLMJudge(name="judge", model_alias="writer", prompt="JUDGE {{ code }}", scores=(SCORE,))
RECORD = LLMStructured(name="record", model_alias="writer", prompt="RECORD", output_format=json.dumps(SCHEMA))
VECTOR = Embedding(name="vector", model_alias="embedder", target_column="text")
COLUMNS: tuple[Column, ...] = (TEXT, CODE, JUDGE, RECORD, VECTOR)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """Run one server; what is asked is counted by what an edit adds."""
    with model_server() as running:
        yield running


@pytest.fixture
def plan(tmp_path: Path, server: ModelServer) -> Plan:
    """Return a project whose first batch is made."""
    plan = Plan(tmp_path, server.endpoint)
    make(plan, COLUMNS)
    server.reset()
    return plan


def make(plan: Plan, columns: tuple[Column, ...], provider_type: str = "openai", accept: tuple[str, ...] = ()) -> None:
    """Plan columns and make their batch."""
    model = Model(provider="lab", provider_type=provider_type, model="fake", temperature=0.7)
    embedder = replace(model, provider_type="openai", temperature=None, encoding_format="base64")
    plan(ROWS, columns=columns, models={"writer": model, "embedder": embedder} if VECTOR in columns else {"writer": model}, accept=accept)
    plan.generate("b00000")


def edited(column: Column) -> tuple[Column, ...]:
    """Return the columns with one in place of that of its name."""
    return tuple(column if column.name == other.name else other for other in COLUMNS)


@pytest.mark.parametrize(
    ("column", "asked"),
    [
        (replace(JUDGE, scores=(replace(SCORE, options=(*SCORE.options, Option(value="3", description="best"))),)), {"JUDGE": 8}),
        (replace(CODE, prompt="SHORT CODE for {{ text }}"), {"SHORT CODE": 8, "JUDGE": 8}),
        (replace(RECORD, prompt="NEW RECORD"), {"NEW RECORD": 8}),
        (replace(RECORD, max_conversation_correction_steps=4, semantics=2), {}),
        (replace(TEXT, with_trace="all_messages", extract_reasoning_content=True), {}),
    ],
    ids=["a judge's options", "a prompt", "another prompt", "limits and a parser", "a trace"],
)
def test_an_edit_asks_only_for_what_it_changes(plan: Plan, server: ModelServer, column: Column, asked: dict[str, int]) -> None:
    """The column and those that read it; what stored answers satisfy asks nothing."""
    make(plan, edited(column))
    log = [request["text"] for request in server.requests()]
    assert {words: sum(text.startswith(words) for text in log) for words in asked} == asked
    assert len(log) == sum(asked.values())


def test_an_edited_validator_or_condition_asks_nothing(plan: Plan, server: ModelServer) -> None:
    """It judges the answers that are there."""
    for lang in ("python", "sql:ansi"):
        verdict = Validation(name="verdict", target_columns=("code",), validator_params=Code(code_lang=lang))
        make(plan, (*COLUMNS, verdict))
        assert {row["verdict"]["is_valid"] for row in plan.rows("b00000")} == {lang == "python"}
    make(plan, COLUMNS, accept=("judge.quality.score >= 1",))
    assert server.stats()["requests"] == 0


def test_rows_are_the_same_however_vectors_were_grouped(plan: Plan, server: ModelServer) -> None:
    """Eight texts shared a call or two; asked one by one, from an empty store, they have the same vectors."""
    rows = plan.rows("b00000")
    assert all(row["vector"]["dimension"] == 16 for row in rows)
    (plan.project.root / ".resyn/responses.sqlite").unlink()
    plan.write(
        "runtime", json.loads(plan.project.runtime.read_text()) | {"limits": {"writer": {}, "embedder": {"max_parallel_requests": 1}}}
    )
    plan.generate("b00000")
    assert plan.rows("b00000") == rows
    assert server.stats()["requests"] == 4 * 8 + 8


def test_the_same_columns_through_anthropic_s_messages(plan: Plan, server: ModelServer) -> None:
    """Another provider type is another request; the answers are read back as what they are."""
    server.configure(reasoning_words=4)
    columns = (replace(TEXT, extract_reasoning_content=True), CODE, JUDGE, RECORD)
    make(plan, columns, provider_type="anthropic")
    rows = plan.rows("b00000")
    assert all(len(row["text__reasoning_content"].split()) == 4 for row in rows)
    assert all(row["judge"]["quality"]["score"] in (1, 2) and row["record"]["title"] and "```" not in row["code"] for row in rows)
    assert server.stats()["requests"] == 4 * 8
    server.configure(reasoning_words=0)
