"""Reading chat-completion bodies."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import orjson
import pytest

from resyn.models.completion import Completion, NotAnAnswer, error_message, read


def body(message: Any, finish_reason: str | None = "stop", **more: Any) -> bytes:
    """Return a body with one choice."""
    return orjson.dumps({"choices": [{"message": message, "finish_reason": finish_reason}], **more})


def test_an_answer_is_read_with_its_reasoning_and_tokens() -> None:
    """Everything a column or a metric needs is in the completion."""
    raw = body({"content": "Hi.", "reasoning_content": "Greet."}, usage={"prompt_tokens": 5, "completion_tokens": 2})
    assert read(raw) == Completion("Hi.", "stop", "Greet.", 5, 2)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (body({"content": "Hi."}, None), Completion("Hi.", "")),
        (body({"content": "Hi.", "reasoning": "Greet."}, usage=None), Completion("Hi.", "stop", "Greet.")),
        (body({"content": [{"type": "text", "text": "H"}, {"type": "text", "text": "i."}]}), Completion("Hi.", "stop")),
        (body({"content": ""}), Completion("", "stop")),
        (body({"content": None}, "length"), Completion("", "length")),
        (body({"content": None}, "content_filter"), Completion("", "content_filter")),
        (body({"content": None, "refusal": "I cannot."}), Completion("", "stop")),
        (body({"content": "Hi."}, usage={"prompt_tokens": "many", "completion_tokens": -1}), Completion("Hi.", "stop")),
        (body({"content": "Hi."}, usage={"prompt_tokens": True, "completion_tokens": 2**63}), Completion("Hi.", "stop")),
        (body({"content": "@"}).replace(b"@", rb"cut \ud83d, whole \ud83d\ude00"), Completion("cut ?, whole \U0001f600", "stop")),
        (b"\xef\xbb\xbf" + body({"content": "Hi."}), Completion("Hi.", "stop")),
        (body({"content": "caf@"}).replace(b"@", b"\xe9"), Completion("caf\ufffd", "stop")),
        (body({"content": "Hi."}, logprob=0).replace(b":0", b":-Infinity"), Completion("Hi.", "stop")),
    ],
)
def test_the_forms_that_gateways_write_are_answers(raw: bytes, expected: Completion) -> None:
    """Missing usage, content in parts, wordless ends that say why and characters that were cut are answers, not weather."""
    assert read(raw) == expected


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "no JSON"),
        (b"<!doctype html><html>Sign in</html>", "no JSON .it begins '<!doctype html>"),
        (b'{"choices": [{"mess', "no JSON"),
        (b"[]", "no JSON object"),
        (b"[" * 100_000, "no JSON"),
        (b'{"error": {"message": "overloaded"}}', "an error: overloaded"),
        (b'{"error": "overloaded", "choices": []}', "an error: overloaded"),
        (b'{"error": null}', "an error"),
        (b'{"choices": []}', "no choices"),
        (b'{"choices": null}', "no choices"),
        (b'{"choices": [{}]}', "without a message"),
        (body({"content": None}), "without content"),
        (body({"content": 3}), "without content"),
        (body({}), "without content"),
    ],
)
def test_what_is_no_answer_is_told_from_one(raw: bytes, words: str) -> None:
    """A 200 is no proof of an answer; the error says what came instead."""
    with pytest.raises(NotAnAnswer, match=words):
        read(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"error": {"message": "too\\n long"}}', "too long"),
        (b'{"detail": "nope"}', "nope"),
        (b'[{"error": {"code": 429, "message": "slow down"}}]', "slow down"),
        (b'{"detail": [{"loc": ["body", "seed"]}]}', '[{"loc":["body","seed"]}]'),
        (b'"nope"', "nope"),
        (b"<html>", ""),
        (orjson.dumps({"error": "x" * 1000}), "x" * 300),
    ],
)
def test_an_error_body_is_said_in_one_line(raw: bytes, words: str) -> None:
    """Whatever its form, an error body becomes at most 300 characters for a person."""
    assert error_message(raw) == words


def test_reading_needs_no_http_client() -> None:
    """A run that only replays stored answers loads neither aiohttp nor pydantic."""
    code = "import sys, resyn.models.completion, resyn.models.openai; print({'aiohttp', 'pydantic', 'xllamacpp'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
