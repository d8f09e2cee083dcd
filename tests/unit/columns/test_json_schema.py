"""JSON Schema → Arrow type, value → what Arrow gives back."""

from typing import Any

import pyarrow as pa
import pytest

from resyn.columns.json_schema import arrow_type, conform

REVIEW = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "mood": {"enum": ["good", "bad"]},
        "score": {"type": "integer"},
        "weight": {"type": ["number", "null"]},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "$defs": {"tag": {"type": "object", "properties": {"name": {"type": "string"}}}},
}


def test_a_schema_becomes_structs_lists_and_scalars() -> None:
    """Answers are real columns, not strings of JSON."""
    assert arrow_type(REVIEW) == pa.struct(
        {
            "title": pa.string(),
            "mood": pa.string(),
            "score": pa.int64(),
            "weight": pa.float64(),
            "tags": pa.list_(pa.struct({"name": pa.string()})),
            "note": pa.string(),
        }
    )


def test_a_value_conforms_to_what_arrow_gives_back() -> None:
    """A template that reads the value sees the same thing before and after the Parquet file."""
    kind = arrow_type(REVIEW)
    value = conform({"title": "t", "mood": "good", "score": 3.0, "weight": 2, "tags": [{"name": "a", "extra": 1}]}, kind)
    assert pa.array([value], kind).to_pylist() == [value]
    assert value["note"] is None
    assert value["tags"] == [{"name": "a"}]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "object"}, "needs `properties`"),
        ({"type": "object", "properties": {"a": {}}}, "/a: needs one `type`"),
        ({"type": "object", "properties": {"a": {"type": "array"}}}, "/a: an array needs `items`"),
        ({"type": "object", "properties": {"a": {"anyOf": [True]}}}, "/a: not a schema: True"),
        ({"type": "object", "properties": {"a": {"enum": ["x", 1]}}}, "/a: enum values of one kind"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/no"}}}, "leads nowhere"),
        (
            {"type": "object", "properties": {"a": {"oneOf": [{"type": "string"}, {"type": "integer"}]}}},
            "`oneOf` of string and int64 has no single Arrow type",
        ),
        ({"$ref": "#/$defs/n", "$defs": {"n": {"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}}}}, "contains itself"),
    ],
)
def test_a_schema_without_one_arrow_type_is_refused_with_the_place(schema: dict[str, Any], words: str) -> None:
    """Found when the config is loaded, not after the answers are paid for."""
    with pytest.raises(ValueError, match=words):
        arrow_type(schema)


@pytest.mark.parametrize("value", [{"a": 2**63}, {"a": -(2**63) - 1}])
def test_an_integer_beyond_64_bits_is_refused(value: dict[str, int]) -> None:
    """The model is asked again instead of the batch dying at its end."""
    with pytest.raises(ValueError, match="64 bits"):
        conform(value, pa.struct({"a": pa.int64()}))
