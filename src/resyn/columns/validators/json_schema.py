"""The `json_schema` validator."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from resyn.columns.validators.judge import Item, Judge
from resyn.columns.verdict import MESSAGES
from resyn.spec import Program
from resyn.spec.columns.validation import Validation
from resyn.spec.validators.json_schema import JSONSchema


class JSONSchemaJudge:
    """Check values as they are, and texts as the JSON they hold."""

    takes_one = True
    verdict_type = MESSAGES

    def __init__(self, schema: str) -> None:
        self._validator = jsonschema_rs.validator_for(json.loads(schema))

    def judge(self, items: Sequence[Item]) -> list[Any]:
        """Return one verdict a value, None for none."""
        return [self._verdict(next(iter(item.values.values()))) for item in items]

    async def judge_async(self, items: Sequence[Item]) -> list[Any]:
        """Do the same; it takes microseconds."""
        return self.judge(items)

    def _verdict(self, value: Any) -> dict[str, Any] | None:
        if value is None:
            return None
        if isinstance(value, str):
            try:
                value = orjson.loads(value)
            except orjson.JSONDecodeError as error:
                return {"is_valid": False, "error_messages": f"no JSON: {error}"}
        errors = [f"/{'/'.join(map(str, error.instance_path))}: {error.message}" for error in self._validator.iter_errors(value)]
        return {"is_valid": not errors, "error_messages": "\n".join(errors)}


def build(params: JSONSchema, column: Validation, program: Program, root: Path) -> Judge:  # noqa: ARG001 - every validator is built alike
    """Return the judge of a schema."""
    return JSONSchemaJudge(params.json_schema)
