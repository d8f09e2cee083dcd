"""What the samplers of persons have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.written import Name, Whole, refusal

_OLDEST = 150


class PersonParamsConfig(SamplerParamsConfig):
    """Say which persons may be drawn."""

    sex: Literal["Male", "Female"] | None = None
    """One sex only."""
    city: Name | list[Name] | None = None
    """One city, or a list to draw from."""
    age_range: list[Annotated[Whole, Field(ge=0, le=_OLDEST)]] = Field(default=[18, 114], min_length=2, max_length=2)
    """The youngest and the oldest age, in years at `reference_date`."""

    @field_validator("age_range")
    @classmethod
    def _youngest_first(cls, ages: list[int]) -> list[int]:
        if ages[0] > ages[1]:
            raise refusal(f"must begin with the youngest age: {ages[0]} > {ages[1]}")
        return ages

    def cannot_become(self, convert_to: str) -> str | None:  # noqa: ARG002 - nothing can be asked for
        """Return that a person stays what it is."""
        return "has no meaning for persons: take it out"

    @property
    def cities(self) -> tuple[str, ...]:
        """Return the cities that may be drawn; () is any."""
        return (self.city,) if isinstance(self.city, str) else tuple(self.city or ())

    @property
    def ages(self) -> tuple[int, int]:
        """Return the youngest and the oldest age."""
        return self.age_range[0], self.age_range[1]
