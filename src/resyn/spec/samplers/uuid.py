"""The `uuid` sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class UUID(SamplerParams):
    """Draw a version 4 UUID; `short_form` is 8 hex digits that never collide."""

    sampler_type: ClassVar[str] = "uuid"

    prefix: str = ""
    short_form: bool = False
    uppercase: bool = False
