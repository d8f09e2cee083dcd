"""A validator at an endpoint: real HTTP, a real store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from resyn.errors import KeyUnset, ModelUnavailable, ResynError
from resyn.spec import Limits, Provider, Runtime, encode
from resyn.spec.columns.sampler import Sampler
from resyn.spec.columns.validation import Validation
from resyn.spec.samplers.poisson import Poisson
from resyn.spec.samplers.uuid import UUID
from resyn.spec.validators.remote import Remote
from support.planned import Plan
from support.verdicts import VerdictServer, verdict_server

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "data": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"is_valid": {"type": "boolean"}, "score": {"type": "number", "maximum": 1}},
                    "required": ["is_valid"],
                },
            }
        },
    }
)
ROWS = {"b00000": range(40)}


@pytest.fixture
def validator() -> Iterator[VerdictServer]:
    """Serve verdicts: even numbers are valid."""
    with verdict_server(lambda row: {"is_valid": row["n"] % 2 == 0, "score": row["n"] / 1000, "beside": "left out"}) as server:
        yield server


def planned(plan: Plan, server: VerdictServer, schema: str = SCHEMA, version: str = "", **provider: Any) -> None:
    """Plan rows of two samplers and a remote verdict on them."""
    columns = (
        Sampler(name="id", params=UUID()),
        Sampler(name="n", params=Poisson(mean=50)),
        Validation(name="ok", target_columns=("n", "id"), validator_params=Remote(name="checker", version=version, output_schema=schema)),
    )
    plan(ROWS, columns=columns, models={})
    runtime = Runtime(
        providers={"checker": Provider(endpoint=server.url, batch_size=8, **provider)},
        limits={"column ok": Limits(max_parallel_requests=32, timeout=5, skip_health_check=True)},
    )
    plan.write("runtime", encode(runtime))


def test_rows_are_batched_on_the_wire_and_each_has_its_own_verdict(plan: Plan, validator: VerdictServer) -> None:
    """The type comes from the schema; each verdict is an answer, traced."""
    planned(plan, validator)
    report = plan.generate("b00000")
    rows = plan.rows("b00000")
    assert [row["ok"] for row in rows] == [{"is_valid": row["n"] % 2 == 0, "score": row["n"] / 1000} for row in rows]
    assert sorted(row["id"] for row in validator.rows) == sorted(row["id"] for row in rows)
    assert len(validator.calls) < len(rows) / 2
    assert max(map(len, validator.calls)) <= 8
    assert report.answers == 40


def test_a_replay_and_another_batch_size_ask_nothing(plan: Plan, validator: VerdictServer) -> None:
    """Verdicts are stored like answers, a row each; nor does a schema that they still fit, or an address that moved."""
    planned(plan, validator)
    plan.generate("b00000")
    before, asked = plan.rows("b00000"), len(validator.calls)
    planned(plan, validator)
    assert plan.generate("b00000").asked == 0
    only = json.dumps({"type": "object", "properties": {"is_valid": {"type": "boolean"}}})
    with verdict_server(lambda _: {"is_valid": False}) as moved:
        planned(plan, moved, only)
        assert plan.generate("b00000").asked == 0
        assert moved.calls == []
    assert [row["ok"] for row in plan.rows("b00000")] == [{"is_valid": row["ok"]["is_valid"]} for row in before]
    planned(plan, validator, version="2")
    assert plan.generate("b00000").asked == 40
    assert len(validator.calls) > asked


def test_weather_is_waited_for(plan: Plan, validator: VerdictServer) -> None:
    """429, 5xx and a proxy's page are sent again; nothing of it shows in the rows."""
    validator.reply = lambda number, _: {1: (503, {"error": "busy"}), 2: (200, b"<html>Sorry"), 3: (200, b'{"data": [')}.get(number)
    planned(plan, validator)
    plan.generate("b00000")
    assert len(plan.rows("b00000")) == 40


def test_a_key_is_sent_by_the_name_of_its_variable(plan: Plan, validator: VerdictServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """And an unset one is an error, never a key."""
    planned(plan, validator, api_key="CHECKER_KEY")
    with pytest.raises(KeyUnset, match="environment variable CHECKER_KEY is not set"):
        plan.generate("b00000")
    assert validator.calls == []
    monkeypatch.setenv("CHECKER_KEY", "secret-of-the-checker")
    plan.generate("b00000")
    assert {headers["Authorization"] for headers in validator.headers} == {"Bearer secret-of-the-checker"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"verdicts": []}, "the validator checker answered without the list `data`"),
        ({"data": [{"is_valid": True}]}, "the validator checker answered with 1 verdicts for 8 rows"),
        ({"data": [{"valid": True}] * 8}, r"answered with {'valid': True} \(item 0 of `data`\), which has no true or false `is_valid`"),
        ({"data": [{"is_valid": "yes"}] * 8}, r"answered with {'is_valid': 'yes'} \(item 0 of `data`\)"),
    ],
)
def test_an_endpoint_that_answers_with_no_verdicts_is_an_error(plan: Plan, validator: VerdictServer, body: Any, message: str) -> None:
    """It says what came, and keeps nothing of it: the mended endpoint is asked again."""
    validator.reply = lambda _number, rows: (200, body) if len(rows) == 8 else None
    planned(plan, validator)
    with pytest.raises(ResynError, match=message):
        plan.generate("b00000")
    validator.reply = lambda _number, _rows: None
    plan.generate("b00000")
    assert len(plan.rows("b00000")) == 40


def test_an_endpoint_that_lies_about_its_schema_is_an_error(plan: Plan, validator: VerdictServer) -> None:
    """It names column, row and what does not fit; another `version` asks the mended endpoint again."""
    validator.verdict = lambda _: {"is_valid": True, "score": 7}
    planned(plan, validator)
    with pytest.raises(
        ResynError, match=r"column 'ok', row \d+: the verdict of checker does not fit `output_schema`: 7 is greater than"
    ) as caught:
        plan.generate("b00000")
    assert "change `version`" in caught.value.hint
    validator.verdict = lambda _: {"is_valid": True, "score": 0.7}
    planned(plan, validator, version="2")
    plan.generate("b00000")
    assert plan.rows("b00000")[0]["ok"] == {"is_valid": True, "score": 0.7}


def test_an_endpoint_that_is_not_there_ends_the_run_at_once(plan: Plan, validator: VerdictServer) -> None:
    """404 will not go away by asking again."""
    validator.reply = lambda _number, _rows: (404, {"error": "no such path"})
    planned(plan, validator)
    with pytest.raises(ModelUnavailable, match="404"):
        plan.generate("b00000")
