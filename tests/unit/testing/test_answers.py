"""What the model server says."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resyn.testing.answers import Draw, find_schema, request_hash, write_text, write_value

NODE = {"type": "object", "properties": {"name": {"type": "string"}, "next": {"$ref": "#/$defs/Node"}}, "required": ["name"]}
SCHEMAS: list[dict[str, Any]] = [
    {
        "type": "object",
        "properties": {"a": {"enum": ["x", 1, None]}, "b": {"const": 3}, "c": {"type": "boolean"}},
        "required": ["a", "b", "c"],
    },
    {"type": "integer", "minimum": -3, "exclusiveMaximum": 0},
    {"type": "integer", "exclusiveMinimum": 2, "maximum": 3},
    {"type": "integer", "minimum": 10, "maximum": 50, "multipleOf": 20},
    {"type": "number", "minimum": 0.25, "maximum": 0.2501},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    {"type": "number", "maximum": -5},
    {"type": "number", "minimum": 0, "multipleOf": 0.5},
    {"type": "array", "items": {"type": "string", "maxLength": 4}, "minItems": 2, "maxItems": 3},
    {"type": "array", "maxItems": 0},
    {"type": "string", "minLength": 80, "maxLength": 90},
    {"type": ["string", "null"]},
    {"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 5}]},
    {"allOf": [{"properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"properties": {"b": {"type": "null"}}, "required": ["b"]}]},
    {"$defs": {"Node": NODE}, "$ref": "#/$defs/Node"},
    {
        "$defs": {"Node": {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}}},
        "$ref": "#/$defs/Node",
    },
    {},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: orjson.dumps(schema).decode()[:60])
@given(seed=st.binary(min_size=1, max_size=8))
def test_a_made_up_value_fits_its_schema(schema: dict[str, Any], seed: bytes) -> None:
    """Bounds, enums, references and combinations hold for every draw."""
    value = write_value(schema, Draw(seed))
    jsonschema_rs.validate(schema, value)
    assert value == write_value(schema, Draw(seed))


@given(words=st.integers(1, 200))
def test_a_text_has_as_many_words_as_asked(words: int) -> None:
    """The length of an answer is exact."""
    assert len(write_text(Draw(b"seed"), words).split()) == words


@given(sizes=st.lists(st.integers(0, 300), max_size=20))
def test_a_draw_is_one_stream_however_it_is_cut(sizes: list[int]) -> None:
    """Taking bytes in pieces gives the same bytes."""
    draw = Draw(b"seed")
    assert b"".join(draw.take(size) for size in sizes) == Draw(b"seed").take(sum(sizes))


@pytest.mark.parametrize(
    "change", [{"model": "b"}, {"seed": 2}, {"temperature": 0.1}, {"messages": []}, {"response_format": {"type": "text"}}]
)
def test_all_that_decides_an_answer_is_hashed(change: dict[str, Any]) -> None:
    """Another model, seed, temperature, conversation or format is another request; the order of keys and a user name are not."""
    body = {"model": "a", "messages": [{"role": "user", "content": "Hi."}], "seed": 1}
    assert request_hash(body | change) != request_hash(body)
    assert request_hash(dict(reversed(body.items())) | {"user": "me"}) == request_hash(body)


def test_a_schema_is_found_in_the_response_format_or_in_a_prompt() -> None:
    """The last message that holds a schema counts; braces that are no schema do not."""
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    prompt = 'Write {"type of": 1} for {name} {"x": "type"}. Schema: ' + orjson.dumps(schema).decode() + " Thanks."
    native = {"response_format": {"type": "json_schema", "json_schema": {"schema": schema}}, "messages": []}
    assert find_schema(native) == (schema, False)
    messages = [{"role": "user", "content": [{"type": "text", "text": prompt}]}, {"role": "assistant", "content": None}]
    assert find_schema({"messages": messages}) == (schema, True)
    assert find_schema({"messages": [{"role": "user", "content": 'What is a "type"? {'}]}) == (None, False)
