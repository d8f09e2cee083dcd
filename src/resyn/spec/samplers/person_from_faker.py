"""The `person_from_faker` sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFromFaker(SamplerParams):
    """Draw a person from the data of a Faker locale; ages in years at the reference date, both ends included."""

    sampler_type: ClassVar[str] = "person_from_faker"

    locale: str = "en_US"
    sex: str = ""
    """Male or Female; "" is either."""
    city: tuple[str, ...] = ()
    age_range: tuple[int, int] = (18, 114)
