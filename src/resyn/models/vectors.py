"""Embeddings: one request asks for the vector of one text; on the wire many share a call."""

from __future__ import annotations

import base64
import binascii
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import orjson

from resyn.models.completion import NotAnAnswer, count, error_message, parse_object
from resyn.models.request import Request


@dataclass(frozen=True, slots=True)
class Vectors:
    """Hold the vectors of the texts of a call, in their order."""

    vectors: tuple[tuple[float, ...], ...]
    input_tokens: int = 0
    output_tokens: int = 0


def write_body(requests: Sequence[Request]) -> bytes:
    """Return the JSON body that asks for the texts of requests which differ in nothing else."""
    first = requests[0]
    given = {name: value for name, value in first.parameters.items() if name != "input"}
    texts = [request.parameters["input"] for request in requests]
    return orjson.dumps({"model": first.model, "input": texts, **given, **first.extra_body})


def read(body: bytes) -> Vectors:
    """Return the vectors in `body`, numbers or base64 of little-endian 32-bit floats.

    Raises:
        NotAnAnswer: `body` holds no vectors; the message is one clause for a person.
    """
    data = parse_object(body)
    items = _items(data)
    return Vectors(tuple(_vector(item.get("embedding")) for item in items), count(data, "usage", "prompt_tokens"))


def share(body: bytes, texts: Sequence[str]) -> list[bytes]:
    """Return, for each of the texts of a call, the body that it would have come in alone; tokens are shared out by length.

    Raises:
        NotAnAnswer: `body` does not hold as many vectors as there are texts.
    """
    data = parse_object(body)
    items = _items(data)
    if len(items) != len(texts):
        raise NotAnAnswer(f"{len(items)} vectors for {len(texts)} texts")
    ends = [0, *accumulate(len(text) + 1 for text in texts)]
    total = count(data, "usage", "prompt_tokens")
    bodies = []
    for item, start, end in zip(items, ends, ends[1:], strict=False):
        tokens = total * end // ends[-1] - total * start // ends[-1]
        alone = {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": item.get("embedding")}]}
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        bodies.append(orjson.dumps({**alone, "model": data.get("model"), "usage": usage}))
    return bodies


def _items(data: dict[str, Any]) -> list[dict[str, Any]]:
    items = data.get("data")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise NotAnAnswer(f"an error: {error_message(orjson.dumps(data))}" if "error" in data else "no vectors")
    return sorted(items, key=lambda item: item["index"] if isinstance(item.get("index"), int) else 0)


def _vector(given: Any) -> tuple[float, ...]:
    if isinstance(given, str):
        try:
            packed = base64.b64decode(given, validate=True)
            given = struct.unpack(f"<{len(packed) // 4}f", packed)
        except (binascii.Error, struct.error) as error:
            raise NotAnAnswer("a vector that is no base64 of 32-bit floats") from error
    if not isinstance(given, list | tuple) or not given or not all(isinstance(x, int | float) and math.isfinite(x) for x in given):
        raise NotAnAnswer("a vector that is no list of numbers")
    return tuple(float(x) for x in given)
