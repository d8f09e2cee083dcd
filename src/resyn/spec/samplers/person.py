"""The `person` sampler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from resyn.spec.samplers.params import SamplerParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(SamplerParams):
    """Draw rows of a file of persons."""

    sampler_type: ClassVar[str] = "person"

    locale: str
    path: str
    """A Parquet file, from the project's folder."""
    fields: tuple[tuple[str, str], ...]
    """The columns of the file that a person has, in order, and their Arrow types."""
    sex: str = ""
    city: tuple[str, ...] = ()
    age_range: tuple[int, int] = (18, 114)
    select_field_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Column of the file → the values, as text, that a person may have there."""

    @property
    def allowed(self) -> dict[str, tuple[str, ...]]:
        """Return column of the file → the values, as text, that a person may have there, the sex and the city among them."""
        found = dict(self.select_field_values)
        if self.sex:
            found["sex"] = (self.sex,)
        if self.city:
            found["city"] = self.city
        return found
