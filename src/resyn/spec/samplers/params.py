"""What every sampler's parameters have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplerParams:
    """Hold the parameters of one sampler; the engine finds its code by `sampler_type`."""

    sampler_type: ClassVar[str]

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the columns whose values the sampler reads."""
        return ()
