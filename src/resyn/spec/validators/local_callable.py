"""The `local_callable` validator: a function of a plugin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.validators.params import ValidatorParams


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCallable(ValidatorParams):
    """Ask the function `plugins.module:function`; its code is among the program's pools."""

    validator_type: ClassVar[str] = "local_callable"

    validation_function: str
    output_schema: str = ""
    """The JSON Schema of what it returns, as JSON text."""
