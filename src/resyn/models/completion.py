"""What a model said, and the bodies in which chat completions say it."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

_MOST_TOKENS = 2**40
"""More than any model reads or writes: a count beyond it is no count."""


class NotAnAnswer(ValueError):
    """A body that holds no answer: not JSON, an error object, no choices, no content."""


CUT = frozenset({"length", "max_tokens", "model_context_window_exceeded"})
"""Reasons to finish that say the answer is not whole."""
_WORDLESS = CUT | {"content_filter"}
"""Reasons to finish that explain an answer without words: asking the same again would end the same."""


AT_ONCE = 256
"""Bodies whose reading is kept: the client reads each for its usage, and a moment later, when it is stored, its cell for its words."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """Hold what a model wants done; `arguments` is JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Completion:
    """Hold what a model said."""

    text: str
    finish_reason: str
    """In the words of chat completions: stop, length, content_filter, tool_calls or the endpoint's own."""
    reasoning: str = ""
    input_tokens: int = 0
    """All that was read, cached or not."""
    output_tokens: int = 0
    """All that was written, reasoning too."""
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    tool_calls: tuple[ToolCall, ...] = ()

    @property
    def is_cut(self) -> bool:
        """Return whether the answer ended at `max_tokens` or the model's context and not where the model wanted it to."""
        return self.finish_reason in CUT

    @property
    def why_empty(self) -> str:
        """Return why it may hold nothing, as the end of a sentence; "" where nothing says."""
        if self.is_cut:
            return " before it was cut at max_tokens"
        return ": its endpoint's content filter took it" if self.finish_reason == "content_filter" else ""


@functools.lru_cache(AT_ONCE)
def read(body: bytes) -> Completion:
    """Return what the chat-completion `body` says.

    A message without content is an answer where it says why: cut at max_tokens, filtered, or a refusal in words.

    Raises:
        NotAnAnswer: `body` holds no answer; the message is one clause for a person.
    """
    data = parse_object(body)
    choice = _first_choice(data)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise NotAnAnswer("a choice without a message")
    text = _text(message.get("content"))
    finish_reason = str(choice.get("finish_reason") or "")
    calls = tuple(_tool_calls(message.get("tool_calls")))
    if text is None and not calls and finish_reason not in _WORDLESS and not message.get("refusal"):
        raise NotAnAnswer("a message without content")
    usage = data.get("usage")
    return Completion(
        text or "",
        finish_reason,
        _text(message.get("reasoning_content") or message.get("reasoning")) or "",
        count(usage, "prompt_tokens"),
        count(usage, "completion_tokens"),
        count(usage, "prompt_tokens_details", "cached_tokens"),
        count(usage, "completion_tokens_details", "reasoning_tokens"),
        calls,
    )


def error_message(body: bytes) -> str:
    """Return what an error body says to a person, on one line of at most 300 characters; "" where it says nothing readable."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    if isinstance(data, list) and len(data) == 1:  # as Gemini wraps it
        (data,) = data
    error = data.get("error", data) if isinstance(data, dict) else data
    if isinstance(error, dict):
        error = error.get("message") or error.get("detail") or error
    words = error if isinstance(error, str) else orjson.dumps(error).decode()
    return " ".join(words.split())[:300]


def parse_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body.

    Raises:
        NotAnAnswer: there is none.
    """
    try:
        data = _load(body)
    except ValueError as error:
        start = " ".join(body[:40].decode(errors="replace").split())
        raise NotAnAnswer(f"no JSON (it begins {start!r})") from error
    if not isinstance(data, dict):
        raise NotAnAnswer("no JSON object")
    return data


def _load(body: bytes) -> Any:
    """Return the JSON in a body; one that breaks the rules in a character or a number is an answer all the same, and paid for.

    Servers write half a surrogate pair or half of a UTF-8 sequence where a token was cut, a byte order mark, NaN as a probability.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        try:
            lenient = json.loads(body.decode("utf-8-sig", errors="replace"))
            return json.loads(json.dumps(lenient, ensure_ascii=False).encode(errors="replace"))
        except RecursionError:
            raise error from None


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


def _tool_calls(calls: Any) -> Iterator[ToolCall]:
    for call in calls if isinstance(calls, list) else ():
        if isinstance(call, dict) and isinstance(function := call.get("function"), dict):
            arguments = function.get("arguments")
            text = arguments if isinstance(arguments, str) else orjson.dumps(arguments or {}).decode()
            yield ToolCall(str(call.get("id") or ""), str(function.get("name") or ""), text)


def count(data: Any, *path: str) -> int:
    """Return the number of tokens at `path`; 0 where there is none, or no number that can be one."""
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data if type(data) is int and 0 < data < _MOST_TOKENS else 0
