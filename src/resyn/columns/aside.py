"""What is kept beside an answer: the conversation it came from, and the model's reasoning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from resyn.models.completion import Completion
from resyn.spec.conversation import ChatColumn

_CALL = pa.struct(
    [("id", pa.string()), ("type", pa.string()), ("function", pa.struct([("name", pa.string()), ("arguments", pa.string())]))]
)
_PART = pa.struct([("type", pa.string()), ("text", pa.string()), ("url", pa.string())])
_MESSAGE = pa.struct(
    [
        ("role", pa.string()),
        ("content", pa.list_(_PART)),
        ("reasoning_content", pa.string()),
        ("tool_calls", pa.list_(_CALL)),
        ("tool_call_id", pa.string()),
    ]
)
TRACE = pa.list_(_MESSAGE)
REASONING = pa.string()


def aside(spec: ChatColumn, messages: Sequence[Mapping[str, Any]], completion: Completion) -> Iterator[Any]:
    """Yield the values of what a column keeps beside its answer, in the order of its outputs."""
    reasoning = completion.reasoning.strip() or None
    if spec.with_trace:
        last = _message({"role": "assistant", "content": completion.text, "reasoning_content": reasoning})
        yield [*map(_message, messages), last] if spec.with_trace == "all_messages" else [last]
    if spec.extract_reasoning_content:
        yield reasoning


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    content = message.get("content") or []
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    return {
        "role": message["role"],
        "content": [{"type": part["type"], "text": part.get("text"), "url": _url(part)} for part in parts],
        "reasoning_content": message.get("reasoning_content"),
        "tool_calls": message.get("tool_calls"),
        "tool_call_id": message.get("tool_call_id"),
    }


def _url(part: Mapping[str, Any]) -> str | None:
    """Return the address of a part that is not text, or its bytes as one."""
    given = part.get(part["type"])
    if not isinstance(given, Mapping):
        return None
    url = given.get("url")
    return str(url) if url else f"data:audio/{given.get('format')};base64,{given.get('data')}"
