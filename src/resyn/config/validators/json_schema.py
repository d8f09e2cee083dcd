"""The `json_schema` validator."""

from __future__ import annotations

import json
from typing import Any, Literal

import jsonschema_rs
from pydantic import field_validator

from resyn.config.validators.params import ValidatorParamsConfig
from resyn.config.written import refusal
from resyn.spec.validators.json_schema import JSONSchema


class JSONSchemaValidatorParams(ValidatorParamsConfig):
    """A JSON Schema that values fit, or the JSON in texts."""

    validator_type: Literal["json_schema"] = "json_schema"
    json_schema: dict[str, Any]
    """The schema."""

    @field_validator("json_schema")
    @classmethod
    def _is_a_schema(cls, schema: dict[str, Any]) -> dict[str, Any]:
        try:
            jsonschema_rs.validator_for(schema)
        except (jsonschema_rs.ValidationError, ValueError) as error:
            raise refusal(f"is no JSON Schema: {error}".splitlines()[0]) from error
        return schema

    def compile(self) -> JSONSchema:
        """Return the parameters as the engine reads them."""
        return JSONSchema(json_schema=json.dumps(self.json_schema, ensure_ascii=False))
