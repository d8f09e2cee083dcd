"""The `remote` validator: an HTTP endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.validators.params import ValidatorParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote(ValidatorParams):
    """Ask an endpoint that is known as `name`: its address, or what the config calls it so that it can move."""

    validator_type: ClassVar[str] = "remote"

    name: str
    version: str = ""
    """Another one asks for every verdict again."""
    output_schema: str = ""
    """The JSON Schema of a response, as JSON text."""
