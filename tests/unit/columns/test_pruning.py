"""What a schema does not name is taken out before it is held against the answer."""

from __future__ import annotations

from typing import Any

from resyn.columns.json_answer import JSONAnswer
from resyn.columns.json_schema import arrow_type
from resyn.columns.pruning import Pruning
from resyn.models.completion import Completion

CAT = {"type": "object", "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}}, "required": ["kind", "lives"]}
DOG = {"type": "object", "properties": {"kind": {"const": "dog"}, "tricks": {"type": "array", "items": {"type": "string"}}}}
CLOSED = {"additionalProperties": False}
ANIMALS: dict[str, Any] = {
    "$defs": {"Cat": CAT | CLOSED, "Dog": DOG | CLOSED},
    "type": "object",
    "properties": {
        "pets": {
            "type": "array",
            "items": {
                "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}],
                "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/$defs/Cat", "dog": "#/$defs/Dog"}},
            },
        }
    },
    "required": ["pets"],
    "additionalProperties": False,
}


def test_remarks_are_taken_out_at_every_depth() -> None:
    """As Data Designer does, whatever `additionalProperties` says; a variant keeps its own."""
    answer = '{"note": "x", "pets": [{"kind": "cat", "lives": 9, "tricks": ["none"]}, {"kind": "dog", "tricks": ["sit"], "age": 3}]}'
    value = JSONAnswer(ANIMALS, "`output_format`").parse(Completion(answer, "stop"))
    assert value == {"pets": [{"kind": "cat", "lives": 9, "tricks": None}, {"kind": "dog", "lives": None, "tricks": ["sit"]}]}


def test_without_a_discriminator_the_first_that_fits() -> None:
    """Once pruned."""
    schema = {"oneOf": [CAT | CLOSED, {"type": "null"}]}
    assert Pruning(schema).prune({"kind": "cat", "lives": 1, "age": 2}) == {"kind": "cat", "lives": 1}
    assert Pruning(schema).prune(None) is None
    assert Pruning({"anyOf": [{"type": "integer"}, {"type": "number"}]}).prune(1.5) == 1.5


def test_alternatives_have_one_type_where_one_can_hold_them() -> None:
    """Structs with the members of each, double for numbers, and pydantic's Decimal."""
    assert str(arrow_type(ANIMALS)) == "struct<pets: list<item: struct<kind: string, lives: int64, tricks: list<item: string>>>>"
    assert str(arrow_type({"anyOf": [{"type": "integer"}, {"type": "number"}]})) == "double"
    price: dict[str, Any] = {
        "type": "object",
        "properties": {"price": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[0-9.]+$"}]}},
    }
    assert JSONAnswer(price, "it").parse(Completion('{"price": "12.50"}', "stop")) == {"price": 12.5}
