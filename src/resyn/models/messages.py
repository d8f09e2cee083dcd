"""Anthropic's messages: a request's body, and what an answer's says."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from resyn.models.chat import with_schema
from resyn.models.completion import AT_ONCE, Completion, NotAnAnswer, ToolCall, count, error_message, parse_object
from resyn.models.request import Request

MAX_TOKENS = 4096
"""Sent where a model has no `max_tokens`: the protocol demands one."""
_ANSWER = "answer"
"""The tool a model is made to call where an answer has a schema; what it is called with is the answer."""
_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}
_DATA = re.compile(r"data:([^;,]+);base64,(.*)", re.DOTALL)


def write_body(request: Request, without: frozenset[str] = frozenset()) -> bytes:
    """Return the JSON body that asks for `request`; without `tool_choice` a schema stands in the last user message."""
    by_tool = request.schema is not None and "tool_choice" not in without and "thinking" not in request.extra_body
    messages = request.messages if request.schema is None or by_tool else with_schema(request.messages, request.schema)
    system = "\n\n".join(_words(message["content"]) for message in messages if message["role"] == "system")
    body: dict[str, Any] = {
        "model": request.model,
        "max_tokens": MAX_TOKENS,
        "messages": _merged(message for message in messages if message["role"] != "system"),
        **request.parameters,
    }
    if system:
        body["system"] = system
    if by_tool:
        body["tools"] = [{"name": _ANSWER, "description": "Give the answer.", "input_schema": request.schema}]
        body["tool_choice"] = {"type": "tool", "name": _ANSWER}
    elif request.tools:
        body["tools"] = [_tool(tool["function"]) for tool in request.tools]
    return orjson.dumps({**body, **request.extra_body})


def droppable(request: Request) -> frozenset[str]:
    """Return the parameters of `request` that it can be asked without."""
    return frozenset({"tool_choice"} if request.schema is not None else ())


@functools.lru_cache(AT_ONCE)
def read(body: bytes) -> Completion:
    """Return what the message in `body` says, its reason to end in the words of chat completions.

    Raises:
        NotAnAnswer: `body` holds no answer; the message is one clause for a person.
    """
    data = parse_object(body)
    if not isinstance(data.get("content"), list):
        raise NotAnAnswer(f"an error: {error_message(body)}" if "error" in data else "no content")
    blocks = [block for block in data["content"] if isinstance(block, dict)]
    calls = [
        ToolCall(str(block.get("id") or ""), str(block.get("name") or ""), _json(block.get("input"))) for block in _of("tool_use", blocks)
    ]
    answer = next((call.arguments for call in calls if call.name == _ANSWER), None)
    reason = str(data.get("stop_reason") or "")
    cached = count(data, "usage", "cache_read_input_tokens")
    if not blocks and reason not in ("max_tokens", "refusal", "end_turn", "model_context_window_exceeded"):
        raise NotAnAnswer("a message without content")
    return Completion(
        "".join(str(block.get("text") or "") for block in _of("text", blocks)) if answer is None else answer,
        "stop" if answer is not None and reason == "tool_use" else _REASONS.get(reason, reason),
        "\n".join(str(block.get("thinking") or "") for block in _of("thinking", blocks)),
        count(data, "usage", "input_tokens") + count(data, "usage", "cache_creation_input_tokens") + cached,
        count(data, "usage", "output_tokens"),
        cached,
        tool_calls=tuple(call for call in calls if call.name != _ANSWER),
    )


def _of(kind: str, blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (block for block in blocks if block.get("type") == kind)


def _json(value: Any) -> str:
    return orjson.dumps(value or {}).decode()


def _merged(messages: Iterator[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the messages in Anthropic's form; results of tools called side by side belong into one message."""
    merged: list[dict[str, Any]] = []
    for message in messages:
        role = "assistant" if message["role"] == "assistant" else "user"
        content = _content(message)
        if message["role"] == "tool" and merged and merged[-1]["role"] == "user" and isinstance(merged[-1]["content"], list):
            merged[-1]["content"].extend(content)
        else:
            merged.append({"role": role, "content": content})
    return merged


def _content(message: Mapping[str, Any]) -> str | list[dict[str, Any]]:
    content = message.get("content")
    if message["role"] == "tool":
        return [{"type": "tool_result", "tool_use_id": message["tool_call_id"], "content": _words(content)}]
    calls = [_call(call) for call in message.get("tool_calls") or ()]
    if isinstance(content, str) and not calls:
        return content
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    return [*(_part(part) for part in parts if part.get("text") != ""), *calls]


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    if part.get("type") != "image_url":
        return dict(part)
    url = part["image_url"]["url"]
    data = _DATA.fullmatch(url)
    source = {"type": "base64", "media_type": data[1], "data": data[2]} if data else {"type": "url", "url": url}
    return {"type": "image", "source": source}


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    function = call["function"]
    try:
        given = orjson.loads(function["arguments"])
    except orjson.JSONDecodeError:
        given = {}
    return {"type": "tool_use", "id": call["id"], "name": function["name"], "input": given}


def _tool(function: Mapping[str, Any]) -> dict[str, Any]:
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    return {"name": function["name"], "description": function.get("description") or "", "input_schema": schema}


def _words(content: Any) -> str:
    return content if isinstance(content, str) else "".join(str(part.get("text") or "") for part in content or ())
