"""The protocols that the server speaks: what is asked, in one form, and the body of an answer in the form it was asked in."""

from __future__ import annotations

import base64
import math
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from resyn.testing.answers import Draw, content_text

CHAT, MESSAGES, EMBEDDINGS, IMAGES = "/chat/completions", "/messages", "/embeddings", "/images/generations"
PATHS = (CHAT, MESSAGES, EMBEDDINGS, IMAGES)
_DIMENSIONS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Hold an answer before it has a form."""

    words: str
    input_tokens: int
    output_tokens: int
    reasoning: str = ""
    is_cut: bool = False
    image: str = ""
    """A picture, in base64, of a model that paints."""
    tool: str = ""
    """The tool that it asks for in place of words."""
    arguments: Mapping[str, Any] = field(default_factory=dict)


def as_chat(path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `body`, sent to a path that ends in `path`, asks for, as a chat-completions request."""
    if path in (EMBEDDINGS, IMAGES):
        return {**body, "messages": [{"role": "user", "content": text} for text in asked_texts(body)]}
    if path == CHAT:
        return dict(body)
    system = [{"role": "system", "content": body["system"]}] if "system" in body else []
    chat = {**body, "messages": [*system, *body["messages"]]}
    forced = body.get("tool_choice") or {}
    for tool in body.get("tools") or ():
        if forced.get("name") == tool["name"]:
            chat["response_format"] = {"type": "json_schema", "json_schema": {"name": tool["name"], "schema": tool["input_schema"]}}
    return chat


def offered_tools(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the tools that a model may ask for: name → the JSON Schema of its arguments."""
    functions = (tool.get("function") or tool for tool in body.get("tools") or () if not (body.get("tool_choice") or {}))
    return {tool["name"]: tool.get("parameters") or tool.get("input_schema") or {} for tool in functions}


def tool_turns(messages: Sequence[Mapping[str, Any]]) -> int:
    """Return how often the model has asked for tools in a conversation."""
    parts = [message.get("content") for message in messages if message["role"] == "assistant" and not message.get("tool_calls")]
    called = sum(any(part.get("type") == "tool_use" for part in content) for content in parts if isinstance(content, list))
    return called + sum(bool(message.get("tool_calls")) for message in messages)


def asked_texts(body: Mapping[str, Any]) -> list[str]:
    """Return what an embedding or an image is asked of."""
    given = body["input"] if "input" in body else body["prompt"]
    return [given] if isinstance(given, str) else list(given)


def write(path: str, body: Mapping[str, Any], answer_id: str, said: Said) -> bytes:
    """Return the body of an answer."""
    form = {CHAT: _chat, MESSAGES: _messages, EMBEDDINGS: _vectors, IMAGES: _images}[path]
    return orjson.dumps(form(body, answer_id, said))


def write_error(path: str, message: str, kind: str = "test_server_error") -> bytes:
    """Return the body of an error."""
    error = {"message": message, "type": kind}
    return orjson.dumps({"type": "error", "error": error} if path == MESSAGES else {"error": error})


def input_tokens(messages: Sequence[Mapping[str, Any]]) -> int:
    """Return the tokens of a conversation, four characters each."""
    return sum(len(content_text(message.get("content"))) for message in messages) // 4 + 1


def _chat(body: Mapping[str, Any], answer_id: str, said: Said) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": said.words}
    usage: dict[str, Any] = {
        "prompt_tokens": said.input_tokens,
        "completion_tokens": said.output_tokens,
        "total_tokens": said.input_tokens + said.output_tokens,
    }
    if said.reasoning:
        message["reasoning_content"] = said.reasoning
        usage["completion_tokens_details"] = {"reasoning_tokens": len(said.reasoning) // 4 + 1}
    if said.image:
        message["images"] = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{said.image}"}}]
    if said.tool:
        function = {"name": said.tool, "arguments": orjson.dumps(said.arguments).decode()}
        message |= {"content": None, "tool_calls": [{"id": f"call_{answer_id}", "type": "function", "function": function}]}
    return {
        "id": f"chatcmpl-{answer_id}",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": body.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if said.tool else "length" if said.is_cut else "stop"}],
        "usage": usage,
    }


def _messages(body: Mapping[str, Any], answer_id: str, said: Said) -> dict[str, Any]:
    forced = (body.get("tool_choice") or {}).get("name") or said.tool
    content: list[dict[str, Any]] = [{"type": "thinking", "thinking": said.reasoning, "signature": "none"}] if said.reasoning else []
    try:
        called = said.arguments if said.tool else orjson.loads(said.words) if forced and not said.is_cut else None
    except orjson.JSONDecodeError:
        called = None
    if isinstance(called, dict):
        content.append({"type": "tool_use", "id": f"toolu_{answer_id}", "name": forced, "input": called})
    else:
        content.append({"type": "text", "text": said.words})
    return {
        "id": f"msg_{answer_id}",
        "type": "message",
        "role": "assistant",
        "model": body.get("model", ""),
        "content": content,
        "stop_reason": "max_tokens" if said.is_cut else "tool_use" if isinstance(called, dict) else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": said.input_tokens, "output_tokens": said.output_tokens},
    }


def _vectors(body: Mapping[str, Any], answer_id: str, said: Said) -> dict[str, Any]:  # noqa: ARG001 - as every form
    def shown(vector: list[float]) -> list[float] | str:
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode() if body.get("encoding_format") == "base64" else vector

    vectors = (_vector(text, body.get("dimensions") or _DIMENSIONS) for text in asked_texts(body))
    data = [{"object": "embedding", "index": index, "embedding": shown(vector)} for index, vector in enumerate(vectors)]
    usage = {"prompt_tokens": said.input_tokens, "total_tokens": said.input_tokens}
    return {"object": "list", "data": data, "model": body.get("model", ""), "usage": usage}


def _vector(text: str, dimensions: int) -> list[float]:
    """Return a vector of length 1 that texts with words in common point to."""
    sums = [1e-6] * dimensions
    for word in re.findall(r"\w+", text.lower()):
        draw = Draw(word.encode())
        sums = [value + draw.unit() - 0.5 for value in sums]
    length = math.sqrt(sum(value * value for value in sums))
    return [value / length for value in sums]


def _images(body: Mapping[str, Any], answer_id: str, said: Said) -> dict[str, Any]:  # noqa: ARG001 - as every form
    return {"created": 1_700_000_000, "data": [{"b64_json": said.image}] * int(body.get("n") or 1)}
