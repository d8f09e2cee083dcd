"""What every validator's parameters have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatorParams:
    """Hold the parameters of one validator; the engine finds its code by `validator_type`."""

    validator_type: ClassVar[str]
