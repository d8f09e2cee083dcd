"""The client of Anthropic's messages against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import orjson
import pytest

from resyn.errors import ModelUnavailable
from resyn.models.client import open_client
from resyn.models.completion import Completion
from resyn.models.outcome import Answered, Failed, Outcome, Refused
from resyn.models.reading import read_answer
from resyn.models.request import Request
from resyn.spec import Provider
from resyn.testing import ModelServer

Ask = Callable[..., list[Outcome]]
Make = Callable[..., Request]
SCHEMA = {"type": "object", "properties": {"mood": {"enum": ["good", "bad"]}}, "required": ["mood"]}


def said(outcome: Outcome) -> Completion:
    """Return what an answer says, read back as a column reads it."""
    assert isinstance(outcome, Answered)
    completion = read_answer("anthropic", outcome.body)
    assert (completion.input_tokens, completion.output_tokens) == (outcome.input_tokens, outcome.output_tokens)
    return completion


def test_words_reasoning_and_structured_answers(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """The raw message is kept and read back by its provider's type, with or without /v1 in the address."""
    server.configure(reasoning_words=5)
    for endpoint in (server.endpoint, server.endpoint.removesuffix("/v1")):
        requests = [make_request(provider_type="anthropic"), make_request(provider_type="anthropic", schema=SCHEMA)]
        plain, structured = (said(outcome) for outcome in ask(*requests, endpoint=endpoint))
        assert plain.text
        assert len(plain.reasoning.split()) == 5
        assert not plain.is_cut
        assert orjson.loads(structured.text)["mood"] in ("good", "bad")
        assert structured.finish_reason == "stop"


def test_a_cut_answer_is_recognised(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """`max_tokens` is the protocol's word for it."""
    server.configure(cut_rate=1)
    (outcome,) = ask(make_request(provider_type="anthropic"), endpoint=server.endpoint)
    assert said(outcome).is_cut


def test_a_model_that_calls_no_tools_is_told_the_schema(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """Asked again at once, and from then on."""
    server.configure(rejects=["tool_choice"])
    outcomes = ask(*(make_request(provider_type="anthropic", schema=SCHEMA, seed=seed) for seed in (1, 2)), endpoint=server.endpoint)
    assert all(orjson.loads(said(outcome).text.strip("`json\n"))["mood"] in ("good", "bad") for outcome in outcomes)
    assert [request["status"] for request in server.requests()] == [400, 200, 200]


def test_overload_is_weather_and_a_bad_request_is_not(
    server: ModelServer, make_request: Make, ask: Ask, one_response: Callable[[bytes], str]
) -> None:
    """529 is Anthropic's own; its errors say their type."""
    error = b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
    head = f"HTTP/1.1 529 \r\nContent-Type: application/json\r\nContent-Length: {len(error)}\r\nretry-after: 3\r\n"
    limits = "anthropic-ratelimit-requests-remaining: 0\r\n\r\n"
    (failed,) = ask(make_request(provider_type="anthropic"), endpoint=one_response(f"{head}{limits}".encode() + error))
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.status, failed.retry_after) == ("529: Overloaded", 529, 3)
    assert failed.limits is not None
    assert failed.limits.remaining_requests == 0
    server.configure(fault_rate=1, faults=["400"])
    (refused,) = ask(make_request(provider_type="anthropic"), endpoint=server.endpoint)
    assert isinstance(refused, Refused)


def test_the_key_goes_into_its_own_header(server: ModelServer, make_request: Make, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong one ends the run at once, and the message names the variable."""
    server.configure(api_key="sk-ant-right")
    monkeypatch.setenv("LAB_KEY", "sk-ant-right")
    said(ask(make_request(provider_type="anthropic"), endpoint=server.endpoint, api_key="LAB_KEY")[0])
    monkeypatch.setenv("LAB_KEY", "sk-ant-wrong")
    with pytest.raises(ModelUnavailable, match="401") as error:
        ask(make_request(provider_type="anthropic"), endpoint=server.endpoint, api_key="LAB_KEY")
    assert "LAB_KEY" in error.value.hint

    async def check() -> None:
        client = open_client("lab", "anthropic", Provider(endpoint=server.endpoint, api_key="LAB_KEY"))
        try:
            await client.check(frozenset({"m"}), 5)
        finally:
            await client.close()

    with pytest.raises(ModelUnavailable, match="401"):
        asyncio.run(check())


def test_an_empty_account_ends_the_run(make_request: Make, ask: Ask, one_response: Callable[[bytes], str]) -> None:
    """It comes as a 400, and remembered as a refusal it would cost the row."""
    error = orjson.dumps({"type": "error", "error": {"message": "Your credit balance is too low to access the API."}})
    response = f"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: {len(error)}\r\n\r\n".encode() + error
    with pytest.raises(ModelUnavailable, match="credit balance") as raised:
        ask(make_request(provider_type="anthropic"), endpoint=one_response(response))
    assert "no credit" in raised.value.hint
