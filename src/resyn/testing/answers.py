"""What the server says: words and JSON that are a pure function of a request's hash."""

from __future__ import annotations

import hashlib
import json
import math
import re
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import orjson

_HASHED = ("model", "messages", "seed", "temperature", "top_p", "max_tokens", "response_format", "tools")
_SCHEMA_WORDS = ("type", "properties", "$ref", "enum", "anyOf", "oneOf", "allOf")
_DEEP = 6
"""Depth from which a schema that contains itself is given only what it requires."""

_WORDS = (  # noqa: SIM905 - a list of literals is three times as long
    "account address amber anchor answer arrow autumn basket beacon bridge bright bronze bucket button cable camera candle canvas "
    "carbon castle cedar charge circle clever cobalt coffee copper corner cotton credit crystal custom delay desert device dinner "
    "doctor dollar dragon early ember engine error estate evening fabric factor falcon family famous feather filter flight folder "
    "forest fresh garden gentle glacier golden granite guitar hammer harbor helmet hidden honest hollow island ivory jacket jungle "
    "kernel kettle kitchen ladder lantern laptop lemon letter linen little lively locker lunar magnet marble market meadow mellow "
    "mirror modern morning narrow nectar needle number office olive orchid oxygen packet paper parcel pencil pepper picture planet "
    "pocket polite quartz quiet rapid ribbon river rocket saddle school shadow signal silver simple"
).split()


class Draw:
    """Take bytes from an endless stream that a seed determines (SHAKE-256)."""

    def __init__(self, seed: bytes) -> None:
        self._seed, self._bytes, self._at = seed, b"", 0

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        self._at += size
        if self._at > len(self._bytes):
            self._bytes = hashlib.shake_256(self._seed).digest(2 * self._at)
        return self._bytes[self._at - size : self._at]

    def below(self, bound: int) -> int:
        """Return an integer in [0, bound)."""
        return int.from_bytes(self.take(8)) % bound

    def unit(self) -> float:
        """Return a float in [0, 1)."""
        return int.from_bytes(self.take(8)) / 2**64


def request_hash(body: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of all that decides an answer."""
    return hashlib.sha256(orjson.dumps([body.get(name) for name in _HASHED], option=orjson.OPT_SORT_KEYS)).digest()


def write_text(draw: Draw, words: int) -> str:
    """Return sentences of up to nine words, `words` in all."""
    chosen = [_WORDS[byte % len(_WORDS)] for byte in draw.take(words)]
    return " ".join(" ".join(chosen[i : i + 9]).capitalize() + "." for i in range(0, words, 9))


def find_schema(body: Mapping[str, Any]) -> tuple[dict[str, Any] | None, bool]:
    """Return the JSON Schema that an answer must fit and whether it stood in a prompt; (None, False) where words are wanted."""
    asked = body.get("response_format")
    if isinstance(asked, dict) and asked.get("type") == "json_schema":
        return asked["json_schema"]["schema"], False
    for message in reversed(body["messages"]):
        if schema := _schema_within(content_text(message.get("content"))):
            return schema, True
    return None, False


def content_text(content: Any) -> str:
    """Return the words of a message, given as a string or as parts."""
    if isinstance(content, list):
        return " ".join(str(part.get("text") or part.get("content") or "") for part in content)
    return content or ""


def write_value(schema: Any, draw: Draw, root: Mapping[str, Any] | None = None, depth: int = 0) -> Any:
    """Return a value that fits `schema`: types, bounds, enums, references and combinations; patterns and formats are not followed."""
    root = schema if root is None else root
    schema = _flat(schema, root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][draw.below(len(schema["enum"]))]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            options = schema[word][-1:] if depth > _DEEP else schema[word]
            return write_value(options[draw.below(len(options))], draw, root, depth + 1)
    return _write_typed(schema, draw, root, depth)


def _write_typed(schema: Mapping[str, Any], draw: Draw, root: Mapping[str, Any] | None, depth: int) -> Any:
    match _kind(schema):
        case "object":
            required = schema.get("required", ())
            members = {name: inner for name, inner in schema.get("properties", {}).items() if depth <= _DEEP or name in required}
            return {name: write_value(inner, draw, root, depth + 1) for name, inner in members.items()}
        case "array":
            return [write_value(schema.get("items", {}), draw, root, depth + 1) for _ in range(_length(schema, draw, depth))]
        case "integer" | "number" as kind:
            return _number(schema, draw, whole=kind == "integer")
        case "boolean":
            return draw.below(2) == 1
        case "null":
            return None
        case _:
            return _string(schema, draw)


def find_code(text: str) -> str:
    """Return the language of the fenced block that a prompt asks for, "" where it asks for none."""
    found = re.search(r"fenced block that begins with ```(\w+)", text)
    return found[1] if found else ""


def write_code(draw: Draw, language: str) -> str:
    """Return a fenced block; what is in it is right in SQL and in Python, and in other languages a text."""
    name, value = write_text(draw, 2).lower().rstrip(".").split()
    lines = {"sql": f"SELECT {name}_id FROM {value}_table", "python": f'{name} = "{value}"\nprint({name})'}  # noqa: S608 - nothing runs it
    return f"Here it is:\n```{language}\n{lines.get(language, f'{name} {value}')}\n```\nThat is all."


def write_png(draw: Draw, side: int = 8) -> bytes:
    """Return a picture of one colour, `side` pixels wide and high."""
    lines = (b"\0" + draw.take(3) * side) * side

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def _schema_within(text: str) -> dict[str, Any] | None:
    if '"type"' not in text and '"properties"' not in text:
        return None
    decoder, start = json.JSONDecoder(), text.find("{")
    while start >= 0:
        try:
            value, _ = decoder.raw_decode(text, start)
        except ValueError:
            value = None
        if isinstance(value, dict) and any(word in value for word in _SCHEMA_WORDS):
            return value
        start = text.find("{", start + 1)
    return None


def _flat(schema: Any, root: Mapping[str, Any]) -> dict[str, Any]:
    """Follow references and merge `allOf`."""
    if not isinstance(schema, Mapping):
        return {}
    if "$ref" in schema:
        target: Any = root
        for step in schema["$ref"].lstrip("#/").split("/"):
            target = target[step] if step else target
        return _flat(target, root)
    flat = {word: value for word, value in schema.items() if word != "allOf"}
    for part in schema.get("allOf", ()):
        for word, value in _flat(part, root).items():
            if isinstance(value, Mapping):
                flat[word] = {**flat.get(word, {}), **value}
            elif isinstance(value, list):
                flat[word] = [*flat.get(word, []), *value]
            else:
                flat[word] = value
    return flat


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return str(next((name for name in kind if name != "null"), "null"))
    return str(kind or ("object" if "properties" in schema else "array" if "items" in schema else "string"))


def _length(schema: Mapping[str, Any], draw: Draw, depth: int) -> int:
    least = schema.get("minItems", 0 if depth > _DEEP else 1)
    most = least if depth > _DEEP else max(least, min(schema.get("maxItems", least + 2), least + 2))
    return int(min(least, schema.get("maxItems", least)) + draw.below(most - least + 1))


def _number(schema: Mapping[str, Any], draw: Draw, *, whole: bool) -> int | float:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None:
        low = 0 if high is None or high > 0 else high - 100
    high = low + 100 if high is None else high
    step = schema.get("multipleOf", 1 if whole else None)
    if step is None:  # strictly inside, so that exclusive bounds hold too
        return float(low + (high - low) * (1 + draw.below(999)) / 1000)
    first, last = math.ceil(low / step), math.floor(high / step)
    first += first * step <= schema.get("exclusiveMinimum", -math.inf)
    last -= last * step >= schema.get("exclusiveMaximum", math.inf)
    value = (first + draw.below(max(last - first, 0) + 1)) * step
    return int(value) if whole else value


def _string(schema: Mapping[str, Any], draw: Draw) -> str:
    text = write_text(draw, 2 + draw.below(4)).rstrip(".")
    return text[: schema.get("maxLength", len(text))].ljust(schema.get("minLength", 0), "x")
