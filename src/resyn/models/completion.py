"""Chat-completion bodies: the form in which every provider type stores its answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import orjson

_MOST_TOKENS = 2**40
"""More than any model reads or writes: a count beyond it is no count."""
_WORDLESS = ("length", "content_filter")
"""Reasons to finish that explain an answer without words: asking the same again would end the same."""


class NotAnAnswer(ValueError):
    """A body that holds no answer: not JSON, an error object, no choices, no content."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Hold what a model said."""

    text: str
    finish_reason: str
    reasoning: str = ""
    input_tokens: int = 0
    output_tokens: int = 0


def read(body: bytes) -> Completion:
    """Return what the chat-completion `body` says.

    A message without content is an answer where it says why: cut at max_tokens, filtered, or a refusal in words.

    Raises:
        NotAnAnswer: `body` holds no answer; the message is one clause for a person.
    """
    data = _parse(body)
    choice = _first_choice(data)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise NotAnAnswer("a choice without a message")
    text = _text(message.get("content"))
    finish_reason = str(choice.get("finish_reason") or "")
    if text is None and finish_reason not in _WORDLESS and not message.get("refusal"):
        raise NotAnAnswer("a message without content")
    reasoning = _text(message.get("reasoning_content") or message.get("reasoning"))
    usage = data.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return Completion(text or "", finish_reason, reasoning or "", _count(counts, "prompt_tokens"), _count(counts, "completion_tokens"))


def error_message(body: bytes) -> str:
    """Return what an error body says to a person, on one line of at most 300 characters; "" where it says nothing readable."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    error = data.get("error", data) if isinstance(data, dict) else data
    if isinstance(error, dict):
        error = error.get("message") or error.get("detail") or error
    words = error if isinstance(error, str) else orjson.dumps(error).decode()
    return " ".join(words.split())[:300]


def _parse(body: bytes) -> dict[str, Any]:
    try:
        data = _load(body)
    except ValueError as error:
        start = " ".join(body[:40].decode(errors="replace").split())
        raise NotAnAnswer(f"no JSON (it begins {start!r})") from error
    if not isinstance(data, dict):
        raise NotAnAnswer("no JSON object")
    return data


def _load(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # Half a surrogate pair, as JavaScript writes a character that was cut: an answer all the same, and paid for.
        if rb"\ud" not in body.lower():
            raise
        return orjson.loads(json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace"))


def _first_choice(data: dict[str, Any]) -> dict[str, Any]:
    choices = data.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        return choices[0]
    if "error" in data:
        raise NotAnAnswer(f"an error: {error_message(orjson.dumps(data))}")
    raise NotAnAnswer("no choices")


def _text(content: Any) -> str | None:
    """Return a content that is a string or, as some gateways write it, a list of parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else None


def _count(counts: dict[str, Any], name: str) -> int:
    value = counts.get(name)
    return value if type(value) is int and 0 < value < _MOST_TOKENS else 0
