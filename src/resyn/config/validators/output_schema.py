"""What a validator says that resyn knows nothing of: a JSON Schema of `{"data": [{"is_valid": …}, …]}`."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import AfterValidator

from resyn.columns.verdict import verdict_type
from resyn.config.written import refusal


def _tells_a_type(schema: dict[str, Any] | None) -> dict[str, Any] | None:
    try:
        verdict_type(json.dumps(schema) if schema else "")
    except ValueError as error:
        raise refusal(f"tells no type of a verdict: {error}") from error
    return schema


OutputSchema = Annotated[dict[str, Any] | None, AfterValidator(_tells_a_type)]
"""A JSON Schema that verdicts are checked against; the columns of a verdict come from it."""


def as_text(schema: dict[str, Any] | None) -> str:
    """Return a schema as JSON text in its own order, "" where there is none."""
    return json.dumps(schema, ensure_ascii=False) if schema else ""
