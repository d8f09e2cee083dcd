"""The body of a chat-completions request, and what an endpoint that lacks one of its parameters is sent instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from resyn.models.request import Request

_NO = r"(?:unsupported|not support|n't support|unknown|unrecogni[sz]ed|unexpected|not (?:permitted|allowed|available|implemented))"
_NEAR = r"[^.!?\n]{0,80}"
_SEARCHED = 4096


def write_body(request: Request, without: frozenset[str] = frozenset()) -> bytes:
    """Return the JSON body that asks for `request`, leaving out the parameters named in `without`.

    Without `response_format` the schema goes to the end of the last user message: a message of its own would break the chat templates
    that want user and assistant to alternate, and those that take a system message first only.
    """
    body: dict[str, Any] = {"model": request.model, "messages": request.messages, **request.parameters}
    if "seed" not in without:
        body["seed"] = request.seed
    if request.schema is not None and "response_format" in without:
        body["messages"] = _with_schema(request.messages, request.schema)
    elif request.schema is not None:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": request.schema}}
    return orjson.dumps({**body, **request.extra_body})


def droppable(request: Request) -> frozenset[str]:
    """Return the parameters of `request` that it can be asked without."""
    return frozenset({"seed"} if request.schema is None else {"seed", "response_format"})


def find_unsupported(error: bytes, names: frozenset[str]) -> str | None:
    """Return the one of `names` that an error body calls unknown or unsupported in the same sentence; None where it names none."""
    text = error[:_SEARCHED].decode(errors="replace").lower()
    return next((name for name in sorted(names) if re.search(rf"\b{name}\b{_NEAR}{_NO}|{_NO}{_NEAR}\b{name}\b", text)), None)


def _with_schema(messages: tuple[Mapping[str, Any], ...], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    told = list(messages)
    last = max((i for i, message in enumerate(told) if message["role"] == "user"), default=len(told) - 1)
    words = f"{told[last]['content']}\n\nAnswer with JSON only, valid for this JSON Schema:\n{orjson.dumps(schema).decode()}"
    told[last] = {**told[last], "content": words}
    return told
