"""Tools in a conversation: what a model may call, the calls it asks for, and what it is told."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from resyn.columns.protocol import CellFailed
from resyn.columns.refusal import answered
from resyn.errors import ResynError
from resyn.models.completion import Completion, ToolCall
from resyn.models.request import Answer, Request
from resyn.spec import Program
from resyn.spec.program import ToolSet

REFUSAL = (
    "Tool call refused: You have reached the maximum number of tool-calling turns. "
    "Please provide your final response without requesting additional tool calls."
)
"""Data Designer's words."""

Asking = Generator[Request, Answer, Any]


class Tools:
    """Serve one column's conversations."""

    def __init__(self, column: str, tool_set: ToolSet, program: Program) -> None:
        self._column, self._set, self._program = column, tool_set, program

    def find(self) -> Generator[Request, Answer, dict[str, tuple[str, Mapping[str, Any]]]]:
        """Return the tools by name, each with its provider and its form in chat completions; the lists are stored answers.

        Raises:
            ResynError: a tool is allowed that no provider has, or two have one of the same name.
        """
        found: dict[str, tuple[str, Mapping[str, Any]]] = {}
        for provider in self._set.providers:
            answer = yield self._request(provider, "tools/list", {}, self._program.draw)
            for tool in orjson.loads(answered(answer).body)["tools"]:
                if self._set.allow_tools and tool["name"] not in self._set.allow_tools:
                    continue
                if tool["name"] in found:
                    raise ResynError(f"column '{self._column}': tool '{tool['name']}' is at '{found[tool['name']][0]}' and at '{provider}'")
                function = {"name": tool["name"], "description": tool["description"], "parameters": tool["schema"]}
                found[tool["name"]] = provider, {"type": "function", "function": function}
        if missing := [name for name in self._set.allow_tools if name not in found]:
            raise ResynError(
                f"column '{self._column}': no provider has the tool '{missing[0]}'", hint="correct `allow_tools` in the config"
            )
        return found

    def talk(self, request: Request) -> Generator[Request, Answer, tuple[Request, Answer]]:
        """Ask, and do what the model asks for, until it answers; return the last request and the answer to it.

        Raises:
            CellFailed: it asks for a tool that it may not use, or with arguments that are none, or does not stop asking.
        """
        found = yield from self.find()
        request = replace(request, tools=tuple(form for _, form in found.values()))
        for turn in range(self._set.max_tool_call_turns + 2):
            answer = yield request
            completion = _read(request, answer)
            if completion is None or not completion.tool_calls:
                return request, answer
            told = []
            for call in completion.tool_calls:
                said = REFUSAL if turn >= self._set.max_tool_call_turns else (yield from self._call(request, call, found))
                told.append({"role": "tool", "tool_call_id": call.id, "content": said})
            request = replace(request, messages=(*request.messages, _asked(completion), *told), corrects=None)
        raise CellFailed(f"the model went on asking for tools after {self._set.max_tool_call_turns} turns")

    def _call(
        self, request: Request, call: ToolCall, found: Mapping[str, tuple[str, Mapping[str, Any]]]
    ) -> Generator[Request, Answer, str]:
        if call.name not in found:
            raise CellFailed(f"the model asked for the tool '{call.name}', which it may not use")
        try:
            arguments = orjson.loads(call.arguments or "{}")
        except orjson.JSONDecodeError as error:
            raise CellFailed(f"the model called '{call.name}' with arguments that are no JSON: {call.arguments[:80]}") from error
        asked = self._request(found[call.name][0], call.name, {"arguments": arguments}, request.seed)
        answer = yield replace(asked, attempt=request.attempt, restart=request.restart)
        said: str = orjson.loads(answered(answer).body)["content"]
        return said

    def _request(self, provider: str, tool: str, parameters: Mapping[str, Any], seed: int) -> Request:
        return Request(
            alias=f"tools {self._set.tool_alias}",
            provider=provider,
            provider_type="mcp",
            model=tool,
            kind="tool",
            parameters=parameters,
            seed=seed,
            attempt=0,
        )


def asked(request: Request) -> Generator[Request, Answer, tuple[Request, Answer]]:
    """Ask once, without tools."""
    answer = yield request
    return request, answer


def _read(request: Request, answer: Answer) -> Completion | None:
    from resyn.models.reading import read_answer
    from resyn.models.request import Status

    return None if answer.status is Status.REFUSED else read_answer(request.provider_type, answer.body)


def _asked(completion: Completion) -> dict[str, Any]:
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}} for call in completion.tool_calls
    ]
    return {"role": "assistant", "content": completion.text, "tool_calls": calls}
