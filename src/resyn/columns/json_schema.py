"""A JSON Schema → the Arrow type of what fits it, and a value → one of that type."""

from __future__ import annotations

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


def _followed(schema: Any, root: Mapping[str, Any], at: str, seen: tuple[str, ...]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Follow `$ref`, an `allOf` of one, and `anyOf` or `oneOf` of one thing and null."""
    if not isinstance(schema, Mapping):
        raise ValueError(f"{at or '/'}: not a schema: {schema!r}")
    if target := schema.get("$ref"):
        if target in seen:
            raise ValueError(f"{at or '/'}: {target} contains itself; Arrow has no endless type")
        return _followed(_lookup(target, root, at), root, at, (*seen, target))
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            kept = [option for option in schema[word] if option != {"type": "null"}]
            if len(kept) != 1:
                raise ValueError(f"{at or '/'}: `{word}` of {len(kept)} things has no single Arrow type")
            return _followed(kept[0], root, at, seen)
    return schema, seen


def _lookup(target: str, root: Mapping[str, Any], at: str) -> Mapping[str, Any]:
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
