"""The `sampler` column: values drawn from a distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.program import Column
from resyn.spec.samplers import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalParams:
    """Hold the parameters of the rows for which `condition`, a Jinja expression over other columns, is true."""

    condition: str
    params: SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler(Column):
    """Draw values; the class of `params` says from what."""

    column_type: ClassVar[str] = "sampler"

    params: SamplerParams
    conditional_params: tuple[ConditionalParams, ...] = ()
    """Of the same sampler type as `params`: the first whose condition holds, else `params`."""
    convert_to: str = ""

    @property
    def every_params(self) -> tuple[SamplerParams, ...]:
        """Return all parameters a row can be drawn with: those without a condition, then the conditional ones in order."""
        return (self.params, *(conditional.params for conditional in self.conditional_params))

    @property
    def templates(self) -> tuple[str, ...]:
        """Return the conditions as Jinja texts."""
        return tuple(f"{{{{ {conditional.condition} }}}}" for conditional in self.conditional_params)

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the columns the distribution depends on."""
        return tuple(dict.fromkeys(name for params in self.every_params for name in params.required_columns))
