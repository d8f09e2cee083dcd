"""A JSON Schema → the Arrow type of what fits it, and a value → one of that type."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

_SCALARS = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
_PYTHON = ((bool, pa.bool_()), (int, pa.int64()), (float, pa.float64()), (str, pa.string()))


def arrow_type(schema: Mapping[str, Any]) -> pa.DataType:
    """Return the Arrow type of everything that fits `schema`; local `$ref`s are followed.

    Raises:
        ValueError: no single Arrow type can hold it; says where and why.
    """
    return _type_of(schema, schema, "", ())


def conform(value: Any, kind: pa.DataType) -> Any:
    """Return `value`, known to fit its schema, as what Arrow will give back: members in order, absent ones None, others left out.

    Raises:
        ValueError: a number does not fit 64 bits, or a text is not Unicode.
    """
    if value is None:
        return None
    if pa.types.is_struct(kind):
        return {field.name: conform(value.get(field.name), field.type) for field in kind}
    if pa.types.is_list(kind):
        return [conform(item, kind.value_type) for item in value]
    if pa.types.is_int64(kind):
        if not -(2**63) <= value < 2**63:
            raise ValueError(f"{value} does not fit 64 bits")
        return int(value)
    if pa.types.is_float64(kind):
        return float(value)
    if pa.types.is_string(kind):
        value.encode()  # a lone surrogate is no text
    return value


def _type_of(schema: Any, root: Mapping[str, Any], at: str, seen: tuple[str, ...]) -> pa.DataType:
    schema, seen = _followed(schema, root, at, seen)
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            options = [option for option in schema[word] if option != {"type": "null"}]
            beside = {name: value for name, value in schema.items() if name != word}
            parts = [*([beside] if "properties" in beside else []), *options]
            return _of_all([_type_of(part, root, at, seen) for part in parts], options, f"{at or '/'}: `{word}`")
    if "enum" in schema or "const" in schema:
        return _type_of_values(schema.get("enum", [schema.get("const")]), at)
    match _without_null(schema.get("type")):
        case "object":
            return _struct(schema, root, at, seen)
        case "array":
            if not isinstance(schema.get("items"), Mapping):
                raise ValueError(f"{at or '/'}: an array needs `items` that say what it holds")
            return pa.list_(_type_of(schema["items"], root, f"{at}/items", seen))
        case str(name) if name in _SCALARS:
            return _SCALARS[name]
        case other:
            raise ValueError(f"{at or '/'}: needs one `type` (object, array, string, integer, number or boolean), not {other!r}")


def _struct(schema: Mapping[str, Any], root: Mapping[str, Any], at: str, seen: tuple[str, ...]) -> pa.DataType:
    properties = schema.get("properties")
    if not properties:
        raise ValueError(f"{at or '/'}: an object needs `properties`")
    return pa.struct([(name, _type_of(inner, root, f"{at}/{name}", seen)) for name, inner in properties.items()])


def _of_all(types: list[pa.DataType], options: list[Any], where: str) -> pa.DataType:
    """Return the type that holds values of all `types`: a struct with the members of each, a list of both items, double for numbers.

    A number or a text, as pydantic describes a Decimal, is a number; a text that is none does not conform.
    """
    if any(pa.types.is_floating(kind) for kind in types) and all(_is_decimal(option) for option in options):
        return pa.float64()
    return functools.reduce(functools.partial(_of_both, where=where), types)


def _is_decimal(option: Any) -> bool:
    kind = option.get("type") if isinstance(option, Mapping) else None
    return kind in ("number", "integer") or (kind == "string" and set(option) <= {"type", "pattern"})


def _of_both(one: pa.DataType, other: pa.DataType, where: str) -> pa.DataType:
    if one == other:
        return one
    if {one, other} == {pa.int64(), pa.float64()}:
        return pa.float64()
    if pa.types.is_list(one) and pa.types.is_list(other):
        return pa.list_(_of_both(one.value_type, other.value_type, where))
    if not (pa.types.is_struct(one) and pa.types.is_struct(other)):
        raise ValueError(f"{where} of {one} and {other} has no single Arrow type")
    members = {field.name: field.type for field in one}
    for field in other:
        members[field.name] = _of_both(members[field.name], field.type, f"{where}/{field.name}") if field.name in members else field.type
    return pa.struct(list(members.items()))


def _followed(schema: Any, root: Mapping[str, Any], at: str, seen: tuple[str, ...]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Follow `$ref`, an `allOf` of one, and `anyOf` or `oneOf` of one thing and null."""
    if not isinstance(schema, Mapping):
        raise ValueError(f"{at or '/'}: not a schema: {schema!r}")
    if target := schema.get("$ref"):
        if target in seen:
            raise ValueError(f"{at or '/'}: {target} contains itself; Arrow has no endless type")
        return _followed(look_up(target, root, at), root, at, (*seen, target))
    for word in ("anyOf", "oneOf", "allOf"):
        options = [option for option in schema.get(word, ()) if option != {"type": "null"}]
        if len(options) == 1:
            return _followed(options[0], root, at, seen)
    return schema, seen


def look_up(target: str, root: Mapping[str, Any], at: str = "") -> Mapping[str, Any]:
    """Return the part of a schema that a `$ref` at `at` points to.

    Raises:
        ValueError: it leads nowhere.
    """
    node: Any = root
    for step in target.removeprefix("#").strip("/").split("/"):
        if not target.startswith("#") or not isinstance(node, Mapping) or step not in node:
            raise ValueError(f"{at or '/'}: $ref {target} leads nowhere in this schema")
        node = node[step]
    found: Mapping[str, Any] = node
    return found


def _without_null(kind: Any) -> Any:
    if isinstance(kind, list):
        kept = [name for name in kind if name != "null"]
        return kept[0] if len(kept) == 1 else kind
    return kind


def _type_of_values(values: list[Any], at: str) -> pa.DataType:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        return pa.float64()
    for python, arrow in _PYTHON:
        if kinds == {python}:
            return arrow
    raise ValueError(f"{at or '/'}: enum values of one kind only (all texts, or all numbers)")
