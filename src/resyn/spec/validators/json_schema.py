"""The `json_schema` validator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.validators.params import ValidatorParams


@dataclass(frozen=True, slots=True, kw_only=True)
class JSONSchema(ValidatorParams):
    """Check values, or the JSON in texts, against a JSON Schema, held as JSON text."""

    validator_type: ClassVar[str] = "json_schema"

    json_schema: str
