"""A made-up model that is offered tools asks for one of them, then answers."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from resyn.models import anthropic, completion
from resyn.testing.decision import decide, parse
from resyn.testing.forms import CHAT, MESSAGES
from resyn.testing.options import Options

SCHEMA = {"type": "object", "properties": {"first": {"type": "integer"}}, "required": ["first"]}
USER = {"role": "user", "content": "Add."}
OPENAI_TURN = [
    {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "type": "function", "function": {"name": "add", "arguments": "{}"}}]},
    {"role": "tool", "tool_call_id": "c", "content": "3"},
]
ANTHROPIC_TURN = [
    {"role": "assistant", "content": [{"type": "tool_use", "id": "c", "name": "add", "input": {}}]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": "3"}]},
]


def said(path: str, messages: list[Any], options: Options) -> completion.Completion:
    """Return what a model that may call `add` says."""
    function = {"name": "add", "description": "d"}
    openai = {"type": "function", "function": {**function, "parameters": SCHEMA}}
    tool = openai if path == CHAT else {**function, "input_schema": SCHEMA}
    asked = parse(orjson.dumps({"model": "m", "max_tokens": 99, "messages": messages, "tools": [tool]}), path)
    assert asked is not None
    return (completion.read if path == CHAT else anthropic.read)(decide(asked, options, ()).body)


@pytest.mark.parametrize(("path", "turn"), [(CHAT, OPENAI_TURN), (MESSAGES, ANTHROPIC_TURN)], ids=["openai", "anthropic"])
def test_it_asks_as_often_as_it_is_told_to(path: str, turn: list[Any]) -> None:
    """With arguments that fit the tool's schema, in the words of either protocol."""
    (call,) = said(path, [USER], Options()).tool_calls
    assert (call.name, type(orjson.loads(call.arguments)["first"])) == ("add", int)
    answer = said(path, [USER, *turn], Options())
    assert (answer.tool_calls, bool(answer.text)) == ((), True)
    assert said(path, [USER, *turn], Options(tool_turns=2)).tool_calls
    assert not said(path, [USER], Options(tool_turns=0)).tool_calls
