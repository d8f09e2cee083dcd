"""The `code` validator: a linter or a parser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.validators.params import ValidatorParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(ValidatorParams):
    """Check texts as code: `python`, or SQL of a dialect such as `sql:postgres`."""

    validator_type: ClassVar[str] = "code"

    code_lang: str
