"""The body of a chat-completions request, and what an endpoint that lacks one of its parameters is sent instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from resyn.models.request import Request


def write_body(request: Request, without: frozenset[str] = frozenset()) -> bytes:
    """Return the JSON body that asks for `request`, leaving out the parameters named in `without`.

    Without `response_format` the schema goes to the end of the last user message: a message of its own would break the chat templates
    that want user and assistant to alternate, and those that take a system message first only.
    """
    body: dict[str, Any] = {"model": request.model, "messages": request.messages, **request.parameters}
    if request.tools:
        body["tools"] = request.tools
    if "seed" not in without:
        body["seed"] = request.seed
    if request.schema is not None and "response_format" in without:
        body["messages"] = with_schema(request.messages, request.schema)
    elif request.schema is not None:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": request.schema}}
    return orjson.dumps({**body, **request.extra_body})


def droppable(request: Request) -> frozenset[str]:
    """Return the parameters of `request` that it can be asked without."""
    return frozenset({"seed"} if request.schema is None else {"seed", "response_format"})


def with_schema(messages: tuple[Mapping[str, Any], ...], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the messages with the schema at the end of the last of the user's."""
    told = list(messages)
    last = max((i for i, message in enumerate(told) if message["role"] == "user"), default=len(told) - 1)
    words = f"\n\nAnswer with JSON only, valid for this JSON Schema:\n{orjson.dumps(schema).decode()}"
    content = told[last]["content"]
    told[last] = {**told[last], "content": content + words if isinstance(content, str) else [*content, {"type": "text", "text": words}]}
    return told
