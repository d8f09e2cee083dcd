"""Take out of a model's JSON what its schema does not ask for: models add remarks, and a value that says all is there is no failure."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from resyn.columns.json_schema import look_up


class Pruning:
    """Prune values of one schema, as Data Designer does: every object is closed, whatever `additionalProperties` says."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._root = schema

    def prune(self, value: Any) -> Any:
        """Return `value` without properties that the schema does not name."""
        return self._pruned(value, self._root)

    def _pruned(self, value: Any, schema: Any) -> Any:
        if not isinstance(schema, Mapping):
            return value
        if "$ref" in schema:
            return self._pruned(value, look_up(schema["$ref"], self._root))
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return self._pruned(value, self._chosen(value, schema, word))
        if isinstance(value, dict):
            properties = dict(schema.get("properties", {}))
            for part in schema.get("allOf", ()):
                properties |= (look_up(part["$ref"], self._root) if "$ref" in part else part).get("properties", {})
            return (
                {name: self._pruned(item, properties[name]) for name, item in value.items() if name in properties} if properties else value
            )
        return [self._pruned(item, schema.get("items")) for item in value] if isinstance(value, list) else value

    def _chosen(self, value: Any, schema: Mapping[str, Any], word: str) -> Any:
        """Return the option that a value is meant for: by its discriminator, else the first that it fits once pruned."""
        told = schema.get("discriminator") or {}
        target = told.get("mapping", {}).get(str(value.get(told.get("propertyName")))) if isinstance(value, dict) else None
        if target is not None:
            return {"$ref": target}
        for number, option in enumerate(schema[word]):
            if self._validator(id(schema), word, number, option).is_valid(self._pruned(value, option)):
                return option
        return None

    @functools.cached_property
    def _validators(self) -> dict[tuple[int, str, int], Any]:
        return {}

    def _validator(self, of: int, word: str, number: int, option: Any) -> Any:
        key = (of, word, number)
        if key not in self._validators:
            shared = {name: self._root[name] for name in ("$defs", "definitions") if name in self._root}
            self._validators[key] = jsonschema_rs.validator_for({**option, **shared})
        return self._validators[key]
