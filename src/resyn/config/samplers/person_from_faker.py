"""The `person_from_faker` sampler."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from resyn.config.nearest import did_you_mean
from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.written import Name, Whole, refusal
from resyn.spec.samplers.person_from_faker import PersonFromFaker

_OLDEST = 150


class PersonFromFakerSamplerParams(SamplerParamsConfig):
    """A person made of the names and places that Faker knows."""

    sampler_type: Literal["person_from_faker"] = "person_from_faker"
    locale: Name = "en_US"
    """The country and language, by Faker's name."""
    sex: Literal["Male", "Female"] | None = None
    """One sex only."""
    city: Name | list[Name] | None = None
    """One city, or a list to draw from."""
    age_range: list[Annotated[Whole, Field(ge=0, le=_OLDEST)]] = Field(default=[18, 114], min_length=2, max_length=2)
    """The youngest and the oldest age, in years at `reference_date`."""

    @field_validator("locale")
    @classmethod
    def _known_to_faker(cls, locale: str) -> str:
        from faker.config import AVAILABLE_LOCALES

        if locale not in AVAILABLE_LOCALES:
            raise refusal(f"is '{locale}', which Faker does not have{did_you_mean(locale, sorted(AVAILABLE_LOCALES))}")
        return locale

    @field_validator("age_range")
    @classmethod
    def _youngest_first(cls, ages: list[int]) -> list[int]:
        if ages[0] > ages[1]:
            raise refusal(f"must begin with the youngest age: {ages[0]} > {ages[1]}")
        return ages

    def cannot_become(self, convert_to: str) -> str | None:  # noqa: ARG002 - nothing can be asked for
        """Return that a person stays what it is."""
        return "has no meaning for persons: take it out"

    def compile(self) -> PersonFromFaker:
        """Return the parameters as the engine reads them."""
        cities = [self.city] if isinstance(self.city, str) else self.city or []
        return PersonFromFaker(locale=self.locale, sex=self.sex or "", city=tuple(cities), age_range=(self.age_range[0], self.age_range[1]))
