"""The `person_from_faker` sampler."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from resyn.config.nearest import did_you_mean
from resyn.config.samplers.persons import PersonParamsConfig
from resyn.config.written import Name, refusal
from resyn.spec.samplers.person_from_faker import PersonFromFaker


class PersonFromFakerSamplerParams(PersonParamsConfig):
    """A person made of the names and places that Faker knows."""

    sampler_type: Literal["person_from_faker"] = "person_from_faker"
    locale: Name = "en_US"
    """The country and language, by Faker's name."""

    @field_validator("locale")
    @classmethod
    def _known_to_faker(cls, locale: str) -> str:
        from faker.config import AVAILABLE_LOCALES

        if locale not in AVAILABLE_LOCALES:
            raise refusal(f"is '{locale}', which Faker does not have{did_you_mean(locale, sorted(AVAILABLE_LOCALES))}")
        return locale

    def compile(self) -> PersonFromFaker:
        """Return the parameters as the engine reads them."""
        return PersonFromFaker(locale=self.locale, sex=self.sex or "", city=self.cities, age_range=self.ages)
