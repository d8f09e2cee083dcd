"""The `sampler` column: values drawn from a distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.program import Column
from resyn.spec.samplers import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler(Column):
    """Draw values; the class of `params` says from what."""

    column_type: ClassVar[str] = "sampler"

    params: SamplerParams
    convert_to: str = ""

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the columns the distribution depends on."""
        return self.params.required_columns
