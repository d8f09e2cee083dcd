"""Embeddings on the wire: who shares a call changes nothing."""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import Callable

import orjson
import pytest

from resyn.models.client import open_client
from resyn.models.completion import NotAnAnswer
from resyn.models.outcome import Answered, Failed, Outcome, Refused
from resyn.models.request import Request
from resyn.models.vectors import read, share
from resyn.spec import Provider
from resyn.testing import ModelServer

Make = Callable[..., Request]


def together(endpoint: str, *requests: Request) -> list[Outcome]:
    """Send requests at once."""

    async def send() -> list[Outcome]:
        client = open_client("lab", "openai", Provider(endpoint=endpoint))
        try:
            return list(await asyncio.gather(*(client.send(request, 5) for request in requests)))
        finally:
            await client.close()

    return asyncio.run(send())


def asks(make_request: Make, *texts: str, **parameters: object) -> list[Request]:
    """Return a request for the vector of each text."""
    return [make_request(kind="embedding", messages=(), parameters={"input": text, **parameters}, seed=0) for text in texts]


def test_many_texts_share_a_call_and_have_the_answers_they_would_have_alone(server: ModelServer, make_request: Make) -> None:
    """Vectors, and with their share of the tokens; 70 texts are three calls."""
    requests = asks(make_request, *(f"text number {number}" for number in range(70)))
    shared = together(server.endpoint, *requests)
    assert server.stats()["requests"] == 3
    (alone,) = together(server.endpoint, requests[40])
    assert isinstance(alone, Answered)
    outcome = shared[40]
    assert isinstance(outcome, Answered)
    assert read(outcome.body).vectors == read(alone.body).vectors
    assert (
        sum(outcome.input_tokens for outcome in shared if isinstance(outcome, Answered))
        == server.stats()["input_tokens"] - alone.input_tokens
    )


def test_base64_and_dimensions_reach_the_endpoint(server: ModelServer, make_request: Make) -> None:
    """Requests that ask for different things do not share a call."""
    packed, plain = together(
        server.endpoint, *asks(make_request, "a tent", encoding_format="base64", dimensions=8), *asks(make_request, "a tent", dimensions=8)
    )
    assert isinstance(packed, Answered)
    assert isinstance(plain, Answered)
    assert isinstance(orjson.loads(packed.body)["data"][0]["embedding"], str)
    assert read(packed.body).vectors[0] == pytest.approx(read(plain.body).vectors[0], abs=1e-7)
    assert len(read(packed.body).vectors[0]) == 8
    assert server.stats()["requests"] == 2


def test_weather_meets_all_of_a_call_and_a_refusal_only_its_text(server: ModelServer, make_request: Make) -> None:
    """A call that is refused is sent text by text."""
    requests = asks(make_request, "good", "BAD", "better")
    server.configure(fault_rate=1, faults=["503"], fault_times=1)
    assert all(isinstance(outcome, Failed) for outcome in together(server.endpoint, *requests))
    server.configure(fault_rate=0, replies=[{"match": "BAD", "reply": "too long", "status": 400}])
    server.reset()
    outcomes = together(server.endpoint, *asks(make_request, "good", "better", "BAD"))
    assert [type(outcome) for outcome in outcomes] == [Answered, Answered, Refused]
    assert server.stats()["requests"] == 4


def test_a_dead_endpoint_is_told_to_every_sender(make_request: Make, one_response: Callable[[bytes], str]) -> None:
    """As an error that ends the run, or as weather."""
    body = b'{"data": [{"index": 0, "embedding": [1, 2]}]}'
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    outcomes = together(one_response(head + body), *asks(make_request, "a", "b"))
    assert [outcome.reason for outcome in outcomes if isinstance(outcome, Failed)] == ["200 with 1 vectors for 2 texts"] * 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"data": []}', "no vectors"),
        (b'{"error": {"message": "busy"}}', "an error: busy"),
        (b'{"data": [{"embedding": "###"}]}', "no base64"),
        (b'{"data": [{"embedding": []}]}', "no list of numbers"),
        (b'{"data": [{"embedding": [1, null]}]}', "no list of numbers"),
    ],
)
def test_what_is_no_vector_says_why(body: bytes, words: str) -> None:
    """One clause for a person."""
    with pytest.raises(NotAnAnswer, match=words):
        read(body)


def test_vectors_are_taken_by_their_index() -> None:
    """Whatever order they come in; base64 is 32-bit floats, the low byte first."""
    packed = base64.b64encode(struct.pack("<2f", 0.5, -1)).decode()
    body = orjson.dumps({"data": [{"index": 1, "embedding": packed}, {"index": 0, "embedding": [1, 2]}], "usage": {"prompt_tokens": 7}})
    assert read(body).vectors == ((1.0, 2.0), (0.5, -1.0))
    parts = share(body, ["long text", "x"])
    assert [read(part).vectors for part in parts] == [((1.0, 2.0),), ((0.5, -1.0),)]
    assert [read(part).input_tokens for part in parts] == [5, 2]
