"""The OpenAI-compatible client against a real server: every outcome, the key, the fallbacks."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson
import pytest

from resyn.errors import KeyUnset, ModelUnavailable
from resyn.models import endpoint
from resyn.models.client import open_client
from resyn.models.completion import read
from resyn.models.outcome import Answered, Failed, Outcome, Refused
from resyn.models.request import Request
from resyn.spec import Provider
from resyn.testing import ModelServer

Ask = Callable[..., list[Outcome]]
Make = Callable[..., Request]
SCHEMA = {"type": "object", "properties": {"mood": {"enum": ["good", "bad"]}}, "required": ["mood"]}
KEY = "sk-top-secret"


def check(endpoint: str, api_key: str = "") -> None:
    """Check the endpoint for readiness."""

    async def run() -> None:
        client = open_client("lab", "openai", Provider(endpoint=endpoint, api_key=api_key))
        try:
            await client.check(frozenset({"some-model"}), 5)
        finally:
            await client.close()

    asyncio.run(run())


def test_an_answer_comes_with_its_body_tokens_and_latency(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """The raw body is kept, and the same request gets the same."""
    server.configure(latency_ms=20)
    first, second = ask(make_request(), make_request(), endpoint=server.endpoint)
    assert isinstance(first, Answered)
    assert isinstance(second, Answered)
    assert first.body == second.body
    assert read(first.body).text
    assert first.input_tokens > 0
    assert first.output_tokens > 0
    assert first.latency_ms >= 20


def test_a_row_s_seed_and_schema_reach_the_endpoint(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """Another seed gives another answer, and a schema gives JSON that fits it."""
    one, other, structured = ask(make_request(), make_request(seed=8), make_request(schema=SCHEMA), endpoint=server.endpoint + "/")
    assert isinstance(one, Answered)
    assert isinstance(other, Answered)
    assert isinstance(structured, Answered)
    assert one.body != other.body
    assert orjson.loads(read(structured.body).text)["mood"] in ("good", "bad")


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        ("429", 429, "429 Too Many Requests: injected 429"),
        ("500", 500, "500 Internal Server Error: injected 500"),
        ("502", 502, "502 Bad Gateway: injected 502"),
        ("503", 503, "503 Service Unavailable: injected 503"),
        ("timeout", 0, "timed out after 0.2 s"),
        ("reset", 0, "connection failed: Server disconnected"),
        ("cut", 0, "connection failed: Response payload is not completed"),
        ("html", 200, "200 with text/html in place of JSON"),
        ("error_body", 200, "200 with an error: injected error"),
    ],
)
def test_weather_says_nothing_about_the_request(
    server: ModelServer, make_request: Make, ask: Ask, fault: str, status: int, reason: str
) -> None:
    """Everything that may be otherwise a moment later is `Failed`, with a clause for a person; and then it is otherwise."""
    server.configure(fault_rate=1, faults=[fault], fault_times=1)
    failed, answered = ask(make_request(), make_request(), endpoint=server.endpoint, timeout=0.2)
    assert isinstance(failed, Failed)
    assert failed.reason.startswith(reason)
    assert failed.status == status
    assert isinstance(answered, Answered)


def test_an_answer_under_a_wrong_content_type_is_an_answer(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """It is paid for whatever its headers call it."""
    server.configure(fault_rate=1, faults=["content_type"])
    (outcome,) = ask(make_request(), endpoint=server.endpoint)
    assert isinstance(outcome, Answered)


@pytest.mark.parametrize("status", [408, 409, 425])
def test_other_passing_statuses_are_weather(server: ModelServer, make_request: Make, ask: Ask, status: int) -> None:
    """A conflict or a request timeout on the way is tried again."""
    server.configure(replies=[{"match": "", "reply": "later", "status": status}])
    assert ask(make_request(), endpoint=server.endpoint) == [Failed(reason=_first_line(status), status=status)]


def _first_line(status: int) -> str:
    return {408: "408 Request Timeout", 409: "409 Conflict", 425: "425 Too Early"}[status] + ": later"


def test_a_dead_endpoint_is_weather(make_request: Make, ask: Ask) -> None:
    """A refused connection is `Failed`, and the readiness check leaves the waiting to its caller."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    (outcome,) = ask(make_request(), endpoint=endpoint)
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith("connection failed: Cannot connect")
    check(endpoint)


def test_retry_after_is_reported_in_seconds(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """The caller waits as long as the endpoint asks for."""
    server.configure(fault_rate=1, faults=["429"], retry_after=7)
    (outcome,) = ask(make_request(), endpoint=server.endpoint)
    assert isinstance(outcome, Failed)
    assert outcome.retry_after == 7.0


def test_retry_after_as_a_date_is_reported_in_seconds(make_request: Make, ask: Ask, one_response: Callable[[bytes], str]) -> None:
    """The header's other form works against the clock of now."""
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    endpoint = one_response(f"HTTP/1.1 503 Busy\r\nRetry-After: {when}\r\nContent-Length: 0\r\n\r\n".encode())
    (outcome,) = ask(make_request(), endpoint=endpoint)
    assert isinstance(outcome, Failed)
    assert outcome.retry_after is not None
    assert 60 < outcome.retry_after <= 100


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refusal_is_for_good(server: ModelServer, make_request: Make, ask: Ask, status: int) -> None:
    """The error body is kept with a refused request."""
    server.configure(replies=[{"match": "", "reply": "too long", "status": status}])
    (outcome,) = ask(make_request(), endpoint=server.endpoint)
    assert isinstance(outcome, Refused)
    assert outcome.status == status
    assert b"too long" in outcome.body


def test_a_refusal_s_body_is_bounded(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """An endpoint that answers with a megabyte of error leaves 64 KiB in the store."""
    server.configure(replies=[{"match": "", "reply": "x" * 1_000_000, "status": 400}])
    (outcome,) = ask(make_request(), endpoint=server.endpoint)
    assert isinstance(outcome, Refused)
    assert len(outcome.body) == 64 * 1024


def test_an_answer_that_a_content_filter_emptied_is_an_answer(make_request: Make, ask: Ask, one_response: Callable[[bytes], str]) -> None:
    """Asking again would be filtered again, so it is kept."""
    body = b'{"choices": [{"message": {"content": null}, "finish_reason": "content_filter"}]}'
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    (outcome,) = ask(make_request(), endpoint=one_response(head.encode() + body))
    assert isinstance(outcome, Answered)
    assert (outcome.input_tokens, outcome.output_tokens) == (0, 0)


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "LAB_KEY"), (402, "no credit"), (403, "LAB_KEY"), (404, "providers.yaml"), (302, "providers.yaml")]
)
def test_what_no_later_attempt_can_mend_ends_the_run(
    server: ModelServer, make_request: Make, ask: Ask, monkeypatch: pytest.MonkeyPatch, status: int, hint: str
) -> None:
    """The error names provider, endpoint, model, status and what to do."""
    monkeypatch.setenv("LAB_KEY", KEY)
    server.configure(replies=[{"match": "", "reply": "no", "status": status}])
    with pytest.raises(ModelUnavailable) as raised:
        ask(make_request(), endpoint=server.endpoint, api_key="LAB_KEY")
    for word in ("'lab'", server.endpoint, "some-model", str(status), hint):
        assert word in str(raised.value)


@pytest.mark.parametrize("endpoint", ["", "127.0.0.1:8089", "ftp://127.0.0.1/v1", "http://", "http://127.0.0.1:port/v1"])
def test_an_endpoint_that_is_no_address_is_named(make_request: Make, ask: Ask, endpoint: str) -> None:
    """A typing error in providers.yaml is no weather to wait for."""
    with pytest.raises(ModelUnavailable, match="no http or https address"):
        ask(make_request(), endpoint=endpoint)


def test_the_key_is_sent_as_a_bearer_token(server: ModelServer, make_request: Make, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key comes from the variable that the provider names, line end and all."""
    monkeypatch.setenv("LAB_KEY", KEY + "\n")
    server.configure(api_key=KEY)
    (outcome,) = ask(make_request(), endpoint=server.endpoint, api_key="LAB_KEY")
    assert isinstance(outcome, Answered)
    check(server.endpoint, api_key="LAB_KEY")


@pytest.mark.parametrize("value", [None, "", " "])
def test_an_unset_key_is_never_replaced_by_its_name(
    server: ModelServer, make_request: Make, ask: Ask, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    """Nothing is sent; the error names the variable to set."""
    monkeypatch.setenv("LAB_KEY", value) if value is not None else monkeypatch.delenv("LAB_KEY", raising=False)
    for attempt in (
        lambda: check(server.endpoint, api_key="LAB_KEY"),
        lambda: ask(make_request(), endpoint=server.endpoint, api_key="LAB_KEY"),
    ):
        with pytest.raises(KeyUnset, match="LAB_KEY is not set"):
            attempt()
    assert server.stats()["requests"] == 0


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_a_key_that_an_endpoint_echoes_is_struck_out(
    server: ModelServer, make_request: Make, ask: Ask, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """Neither a body that will be stored nor an error that will be logged holds the key."""
    monkeypatch.setenv("LAB_KEY", KEY)
    server.configure(replies=[{"match": "", "reply": f"Your key is {KEY}.", "status": status}])
    try:
        said = repr(ask(make_request(), endpoint=server.endpoint, api_key="LAB_KEY"))
    except ModelUnavailable as error:
        said = repr(error) + str(error)
    assert "Your key is ***" in said
    assert KEY not in said


@pytest.mark.parametrize(
    "response",
    [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; for={key}\r\nContent-Length: 12\r\n\r\n<p>Sign in</p",
        "HTTP/1.1 502 No way, {key}\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n<html>Who is {escaped}?</html>",
        'HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n{{"error": {{"message": "no {slashed}"}}}}',
        "{key} is no HTTP\r\n\r\n",
    ],
    ids=["header", "reason", "page", "slashes as PHP writes them", "no HTTP"],
)
def test_a_key_is_struck_out_wherever_and_however_it_is_echoed(
    make_request: Make, ask: Ask, monkeypatch: pytest.MonkeyPatch, one_response: Callable[[bytes], str], response: str
) -> None:
    """In the first line, in a header, in a proxy's page and in JSON that escapes it."""
    key = "sk-a/b&c+top-secret"
    monkeypatch.setenv("LAB_KEY", key)
    forms = {"key": key, "escaped": key.replace("&", "&amp;"), "slashed": key.replace("/", r"\/")}
    endpoint = one_response(response.format(**forms).encode())
    try:
        said = repr(ask(make_request(), endpoint=endpoint, api_key="LAB_KEY"))
    except ModelUnavailable as error:
        said = repr(error) + str(error)
    assert "top-secret" not in said


@pytest.mark.parametrize("value", ["sk-top\nsecret", "sk-top\tsecret", "sk-top\x1bsecret", "sk-töp-secret"])
def test_a_key_that_no_header_can_hold_is_named_by_its_variable(
    server: ModelServer, make_request: Make, ask: Ask, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """As a file's content that was read whole; nothing is sent, and the key is not shown."""
    monkeypatch.setenv("LAB_KEY", value)
    with pytest.raises(KeyUnset, match="LAB_KEY holds more than a key") as raised:
        ask(make_request(), endpoint=server.endpoint, api_key="LAB_KEY")
    assert "secret" not in str(raised.value)
    assert server.stats()["requests"] == 0


def test_a_word_that_serves_as_a_key_stays_in_answers(
    server: ModelServer, make_request: Make, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`none`, for a local server that wants any key, is no secret: the key never decides what an answer says."""
    monkeypatch.setenv("LAB_KEY", "none")
    server.configure(replies=[{"match": "", "reply": "There is none of it."}])
    (outcome,) = ask(make_request(), endpoint=server.endpoint, api_key="LAB_KEY")
    assert isinstance(outcome, Answered)
    assert read(outcome.body).text == "There is none of it."


def test_a_400_that_speaks_of_the_key_refuses_the_key_and_not_the_request(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """Some gateways answer a bad key so; remembered as refusals, those would outlive the key. Later ones are about the request."""
    bad_key = {"match": "", "reply": "API key not valid. Please pass a valid API key.", "status": 400}
    server.configure(replies=[bad_key])
    with pytest.raises(ModelUnavailable, match="API key not valid"):
        ask(make_request(), endpoint=server.endpoint)
    server.configure(replies=[{**bad_key, "match": "second"}])
    first, second = ask(make_request(), make_request(text="second"), endpoint=server.endpoint)
    assert isinstance(first, Answered)
    assert isinstance(second, Refused)


def test_a_refused_key_shows_before_anything_is_asked(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The readiness check costs no generation and names the variable of a key that is wrong."""
    monkeypatch.setenv("LAB_KEY", KEY)
    server.configure(api_key="another")
    with pytest.raises(ModelUnavailable, match="401") as raised:
        check(server.endpoint, api_key="LAB_KEY")
    assert "LAB_KEY" in str(raised.value)
    with pytest.raises(ModelUnavailable, match="`api_key` of 'lab'"):
        check(server.endpoint)
    assert server.stats()["requests"] == 0


def test_a_gateway_without_a_list_of_models_is_ready(server: ModelServer) -> None:
    """A missing list, or one that leaves the model out, is for the first real request to find out."""
    check(server.endpoint + "/nowhere")
    server.configure(models=["another-model"])
    check(server.endpoint)
    assert server.stats()["requests"] == 0


def test_a_model_that_does_not_exist_is_named(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """The first request finds out what the list did not say."""
    server.configure(models=["another-model"])
    with pytest.raises(ModelUnavailable, match="some-model"):
        ask(make_request(), endpoint=server.endpoint)


def test_an_endpoint_without_seed_and_response_format_is_asked_without(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """Each is dropped once and stays dropped; the answer still fits the schema, which went into the prompt."""
    server.configure(rejects=["seed", "response_format"])
    first, second = ask(make_request(schema=SCHEMA), make_request("Again.", schema=SCHEMA), endpoint=server.endpoint)
    assert isinstance(first, Answered)
    assert isinstance(second, Answered)
    assert orjson.loads(read(second.body).text.strip("`").removeprefix("json"))["mood"] in ("good", "bad")
    assert [request["status"] for request in server.requests()] == [400, 400, 200, 200]


def test_a_refusal_that_merely_quotes_the_prompt_changes_nothing(server: ModelServer, make_request: Make, ask: Ask) -> None:
    """A parameter stays dropped only where dropping it brought an answer."""
    server.configure(replies=[{"match": "plant", "reply": "unsupported prompt: plant the seed", "status": 400}])
    refused, answered = ask(make_request("plant the seed"), make_request("Hello."), endpoint=server.endpoint)
    assert isinstance(refused, Refused)
    assert isinstance(answered, Answered)
    server.configure(rejects=["seed"])  # shows that the client still sends it
    ask(make_request("Hello again."), endpoint=server.endpoint)
    assert [request["status"] for request in server.requests()] == [400, 400, 200, 400, 200]


def test_proxies_in_the_environment_are_not_used(
    server: ModelServer, make_request: Make, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request to 127.0.0.1 goes to 127.0.0.1."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    (outcome,) = ask(make_request(), endpoint=server.endpoint)
    assert isinstance(outcome, Answered)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_body_without_end_is_read_no_further_than_an_answer_can_be(
    one_response: Callable[[bytes], str], make_request: Make, ask: Ask, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """Compressed or not: a proxy that sends a file in place of an answer costs no memory."""
    monkeypatch.setattr(endpoint, "MOST_BODY", 2**20)
    content = b" " * 2**23
    body = gzip.compress(content) if encoding == "gzip" else content
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n"
    (outcome,) = ask(make_request(), endpoint=one_response(head.encode() + body))
    assert outcome == Failed(reason="200 with more than 1 MB", status=200)


def test_many_requests_are_in_flight_at_once(server: ModelServer, make_request: Make) -> None:
    """The client puts no limit of its own on concurrency."""
    server.configure(latency_ms=200)

    async def run() -> list[Outcome]:
        client = open_client("lab", "openai", Provider(endpoint=server.endpoint))
        try:
            return await asyncio.gather(*(client.send(make_request(seed=seed), 30) for seed in range(150)))
        finally:
            await client.close()

    assert all(isinstance(outcome, Answered) for outcome in asyncio.run(run()))
    assert server.stats()["most_in_flight"] > 100
