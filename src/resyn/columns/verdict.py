"""What a verdict is: a struct that begins with `is_valid`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import pyarrow as pa

from resyn.columns.dtype import fitted
from resyn.columns.json_schema import arrow_type

IS_VALID = pa.field("is_valid", pa.bool_())
MESSAGES = pa.struct([IS_VALID, ("error_messages", pa.string())])


def verdict_type(output_schema: str) -> pa.DataType:
    """Return the type of verdicts that fit a JSON Schema, given as text: of one verdict, or of the whole `{"data": [verdict, …]}`.

    "" is the type of a verdict that says `is_valid` and nothing else.

    Raises:
        ValueError: the schema tells no type, or one without a boolean `is_valid`.
    """
    if not output_schema:
        return pa.struct([IS_VALID])
    kind = arrow_type(json.loads(output_schema))
    if pa.types.is_struct(kind) and kind.get_field_index("data") >= 0 and pa.types.is_list(kind.field("data").type):
        kind = kind.field("data").type.value_type
    if not pa.types.is_struct(kind) or kind.get_field_index("is_valid") < 0 or not pa.types.is_boolean(kind.field("is_valid").type):
        raise ValueError("it has no boolean property `is_valid`")
    return kind


class OutsideVerdict:
    """Read the verdicts of code that is not resyn's."""

    def __init__(self, output_schema: str) -> None:
        self.type = verdict_type(output_schema)
        schema: dict[str, Any] = json.loads(output_schema or "{}")
        self._validator = jsonschema_rs.validator_for(schema)
        self._is_wrapped = "data" in schema.get("properties", {})

    def read(self, said: Any) -> dict[str, Any]:
        """Return a verdict as its type holds it; what the schema does not name is left out.

        Raises:
            ValueError: it says no `is_valid`, or does not fit the schema.
        """
        if isinstance(said, bool):
            said = {"is_valid": said}
        if not isinstance(said, Mapping) or "is_valid" not in said:
            raise ValueError(f"{str(said)[:80]!r} says no `is_valid`")
        if not isinstance(said["is_valid"], bool | None):
            raise ValueError(f"`is_valid` is {said['is_valid']!r}, neither true nor false")
        record = {str(name): _plain(value) for name, value in said.items()}
        if error := next(iter(self._validator.iter_errors({"data": [record]} if self._is_wrapped else record)), None):
            at = "/".join(str(step) for step in error.instance_path)
            raise ValueError(f"{error.message} (at /{at})")
        verdict: dict[str, Any] = fitted(record, self.type, strict=False)
        return verdict


def _plain(value: Any) -> Any:
    """Return a scalar of NumPy as Python's."""
    return value.item() if hasattr(value, "item") and getattr(value, "shape", None) == () else value
