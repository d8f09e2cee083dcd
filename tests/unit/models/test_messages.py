"""Anthropic's bodies: what is sent, and what an answer says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from resyn.models.completion import Completion, NotAnAnswer, ToolCall
from resyn.models.messages import MAX_TOKENS, droppable, read, write_body
from resyn.models.request import Request

Make = Callable[..., Request]
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


def body(request: Request, *without: str) -> dict[str, Any]:
    """Return what is sent."""
    sent: dict[str, Any] = orjson.loads(write_body(request, frozenset(without)))
    return sent


def message(*content: dict[str, Any], reason: str = "end_turn", **usage: int) -> bytes:
    """Return an answer."""
    return orjson.dumps({"type": "message", "content": content, "stop_reason": reason, "usage": usage})


def test_system_messages_stand_beside_the_others(make_request: Make) -> None:
    """The protocol demands `max_tokens` and knows no seed; `extra_body` has the last word."""
    messages = ({"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi."})
    sent = body(make_request(messages=messages, parameters={"temperature": 0.5}, extra_body={"top_k": 3}))
    assert sent == {
        "model": "some-model",
        "max_tokens": MAX_TOKENS,
        "messages": [{"role": "user", "content": "Hi."}],
        "system": "Be kind.",
        "temperature": 0.5,
        "top_k": 3,
    }
    assert body(make_request(parameters={"max_tokens": 9}))["max_tokens"] == 9


def test_a_schema_is_the_input_of_a_tool_the_model_must_call(make_request: Make) -> None:
    """Without that, or where it thinks, which excludes it, the schema is told in words."""
    request = make_request("Hi.", schema=SCHEMA)
    sent = body(request)
    assert sent["tools"][0]["input_schema"] == SCHEMA
    assert sent["tool_choice"] == {"type": "tool", "name": "answer"}
    assert droppable(request) == {"tool_choice"}
    for told in (body(request, "tool_choice"), body(make_request("Hi.", schema=SCHEMA, extra_body={"thinking": {"type": "enabled"}}))):
        assert "tools" not in told
        assert told["messages"][0]["content"].endswith(orjson.dumps(SCHEMA).decode())


def test_images_keep_their_bytes_or_their_address(make_request: Make) -> None:
    """In the protocol's own form; other parts stay as they are, and empty texts are left out since it refuses them."""
    parts = [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        {"type": "text", "text": ""},
        {"type": "text", "text": "What is it?"},
    ]
    (sent,) = body(make_request(messages=({"role": "user", "content": parts},)))["messages"]
    assert sent["content"] == [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
        {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
        {"type": "text", "text": "What is it?"},
    ]


def test_tools_their_calls_and_their_results(make_request: Make) -> None:
    """Results of calls made side by side belong into one message."""
    calls = [{"id": f"c{n}", "type": "function", "function": {"name": "add", "arguments": '{"a":1}'}} for n in range(2)]
    results = [{"role": "tool", "tool_call_id": f"c{n}", "content": "2"} for n in range(2)]
    messages = ({"role": "user", "content": "1+1"}, {"role": "assistant", "content": "", "tool_calls": calls}, *results)
    tools = ({"type": "function", "function": {"name": "add", "parameters": SCHEMA}},)
    sent = body(make_request(messages=messages, tools=tools))
    assert sent["tools"] == [{"name": "add", "description": "", "input_schema": SCHEMA}]
    assert [item["role"] for item in sent["messages"]] == ["user", "assistant", "user"]
    assert sent["messages"][1]["content"] == [{"type": "tool_use", "id": f"c{n}", "name": "add", "input": {"a": 1}} for n in range(2)]
    assert [block["tool_use_id"] for block in sent["messages"][2]["content"]] == ["c0", "c1"]


@pytest.mark.parametrize(
    ("answer", "completion"),
    [
        (
            message({"type": "text", "text": "Hi."}, input_tokens=3, cache_read_input_tokens=5, output_tokens=2),
            Completion("Hi.", "stop", "", 8, 2, 5),
        ),
        (
            message({"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "Yes"}, reason="max_tokens"),
            Completion("Yes", "length", "Hm."),
        ),
        (message({"type": "tool_use", "id": "t", "name": "answer", "input": {"a": 1}}, reason="tool_use"), Completion('{"a":1}', "stop")),
        (
            message({"type": "tool_use", "id": "t", "name": "add", "input": {"a": 1}}, reason="tool_use"),
            Completion("", "tool_calls", tool_calls=(ToolCall("t", "add", '{"a":1}'),)),
        ),
        (message(reason="refusal"), Completion("", "content_filter")),
    ],
)
def test_an_answer_in_the_words_of_chat_completions(answer: bytes, completion: Completion) -> None:
    """Its text, its thinking, why it ended and what it cost."""
    assert read(answer) == completion


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b'{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}', "an error: Overloaded"),
        (b"{}", "no content"),
        (b"<html>", "no JSON"),
        (message(reason="pause_turn"), "a message without content"),
    ],
)
def test_what_is_no_answer_says_why(answer: bytes, reason: str) -> None:
    """One clause for a person."""
    with pytest.raises(NotAnAnswer, match=reason):
        read(answer)
