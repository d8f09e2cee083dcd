"""What a model is asked and what it answered: the two values that pass between columns, engine, store and traces."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import orjson


@dataclass(frozen=True, kw_only=True)
class Request:
    """Describe one intended request, whatever fallback the endpoint then forces.

    `alias` says whose limits apply and is not part of the key.
    """

    alias: str
    provider: str
    provider_type: str
    model: str
    kind: str = "chat"
    """What is asked for: "chat", "embedding", "image", "tool", "http" or "plugin"."""
    messages: tuple[Mapping[str, Any], ...] = ()
    """Of a chat; what is asked in another kind stands in `parameters`."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """temperature, top_p, max_tokens: those that are set; of another kind, what is asked."""
    seed: int
    attempt: int
    """How often the row was drawn again."""
    restart: int = 0
    """How often the conversation was begun again within the attempt."""
    schema: Mapping[str, Any] | None = None
    tools: tuple[Mapping[str, Any], ...] = ()
    """What the model may call, in the form of chat completions."""
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    corrects: Correction | None = None
    make: Callable[[], Awaitable[bytes]] | None = field(default=None, compare=False, repr=False)
    """What makes the answer where no endpoint does; no part of the key."""

    @cached_property
    def canonical(self) -> bytes:
        """Return the request as canonical JSON (sorted keys, no spaces); a correction turn names its predecessor instead of its words.

        orjson with sorted keys writes the bytes of RFC 8785 for ASCII keys and for every number that a generation file can hold,
        seventy times as fast as the `rfc8785` package (45 µs a request).
        """
        what: dict[str, Any] = {
            "provider": self.provider,
            "provider_type": self.provider_type,
            "model": self.model,
            "parameters": self.parameters,
            "seed": self.seed,
            "attempt": self.attempt,
            "restart": self.restart,
            # As text, in its own order: properties are written in the order the schema names them.
            "schema": None if self.schema is None else orjson.dumps(self.schema).decode(),
            "extra_body": self.extra_body,
        }
        # Left out where they say nothing, so that keys from before there were such things stay.
        what |= {"kind": self.kind} if self.kind != "chat" else {}
        what |= {"tools": self.tools} if self.tools else {}
        if self.corrects is None:
            what["messages"] = self.messages
        else:
            what["corrects"] = {"key": self.corrects.key.hex(), "answer": self.corrects.answer.hex(), "turn": self.corrects.turn}
        return orjson.dumps(what, option=orjson.OPT_SORT_KEYS)

    @cached_property
    def key(self) -> bytes:
        """Return the SHA-256 of `canonical` (32 bytes): the name of its answer in the store."""
        return hashlib.sha256(self.canonical).digest()


@dataclass(frozen=True, kw_only=True)
class Correction:
    """Point a correction turn at the answer it corrects, so that the wording of a parser's error never matters."""

    key: bytes
    answer: bytes
    """SHA-256 of the raw answer that is corrected."""
    turn: int


class Status(StrEnum):
    """Say whether a stored row is an answer or the record that the request was refused for good."""

    ANSWERED = "answered"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Hold one stored answer: the raw response, never parsed text."""

    key: bytes
    status: Status
    body: bytes
    """The response body as it came; of a refusal, the body of the error."""
    input_tokens: int = 0
    output_tokens: int = 0
    retries: int = 0
    latency_ms: int = 0
    answered_at: int = 0
    """Milliseconds since the epoch."""
