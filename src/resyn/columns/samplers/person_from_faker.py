"""The `person_from_faker` sampler.

Faker is asked for a locale's data, never for a person: it draws from one generator after the other, so that no row could be made
without those before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from resyn.columns.protocol import Block, BlockColumn
from resyn.columns.samplers import uuid
from resyn.errors import ResynError
from resyn.rng import Stream, Words
from resyn.rng.stream import below
from resyn.spec import Program
from resyn.spec.samplers.person_from_faker import PersonFromFaker

if TYPE_CHECKING:
    from resyn.columns.samplers.persons.birth import BirthDates
    from resyn.columns.samplers.persons.locale import Locale

ADULT = 18
"""Years; below it there is no phone, email, occupation or education, as in Data Designer, and nobody is married."""

PERSON = pa.struct(
    [(name, pa.string()) for name in ("uuid", "first_name", "middle_name", "last_name", "sex")]
    + [("age", pa.int64())]
    + [(name, pa.string()) for name in ("birth_date", "marital_status", "education_level", "bachelors_field", "occupation")]
    + [(name, pa.string()) for name in ("street_number", "street_name", "unit", "city", "county", "state", "postcode", "country")]
    + [(name, pa.string()) for name in ("locale", "phone_number", "email_address")]
)
"""Data Designer's names. Null where the locale has no such thing."""

_SEXES = pa.array(["Male", "Female"])
_MARITAL_STATUS = pa.array(["married_present", "divorced", "never_married", "separated", "widowed"])
_EDUCATION = pa.array(["secondary_education", "some_college", "associates", "bachelors", "graduate", "doctorate"])
_WITH_DEGREE = _EDUCATION[3:]
_BACHELORS_FIELDS = pa.array(["stem", "business", "education", "arts_humanities", "stem_related"])


def pools(params: PersonFromFaker) -> dict[str, str]:
    """Return the digest of the data that these persons are drawn from, by its name, such as `faker:en_US`."""
    from resyn.columns.samplers.persons.locale import load

    return {_pool(params): load(params.locale).digest}


def build(params: PersonFromFaker, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are structs of the type `PERSON`.

    Raises:
        ResynError: this Faker has other data than the one that the program was compiled with.
    """
    from resyn.columns.samplers.persons.birth import BirthDates
    from resyn.columns.samplers.persons.locale import load

    locale = load(params.locale)
    if program.pools.get(_pool(params), locale.digest) != locale.digest:
        raise ResynError(
            f"the installed Faker has other data for {params.locale} than the one this plan was made with",
            hint="install that version, or run `resyn plan` to take the new data (every row will change)",
        )
    births = BirthDates.of(dt.date.fromisoformat(program.reference_date), params.age_range)
    return _Persons(params, locale, births, {name: stream_of(name) for name in (*PERSON.names, "domain")})


def _pool(params: PersonFromFaker) -> str:
    return f"faker:{params.locale}"


@dataclass(frozen=True, slots=True)
class _Persons:
    params: PersonFromFaker
    locale: Locale
    births: BirthDates
    streams: dict[str, Stream]
    arrow_type: ClassVar[pa.DataType] = PERSON

    def compute(self, block: Block) -> pa.Array:
        fields = self._who(block) | self._where(block)
        fields |= self._life(block, fields["age"]) | self._contact(block, fields)
        nothing = pa.nulls(len(block.rows), pa.string())
        return pa.StructArray.from_arrays([fields.get(name, nothing) for name in PERSON.names], fields=list(PERSON))

    def _who(self, block: Block) -> dict[str, pa.Array]:
        female = np.full(len(block.rows), int(self.params.sex == "Female")) if self.params.sex else below(self._words(block, "sex"), 2)
        names = {
            field: slot.draw(female, self.streams[field].words(block.rows, slot.width, block.attempt, block.redraw))
            for field, slot in self.locale.by_sex.items()
        }
        ages = self.births.ages(self._words(block, "age"))
        return names | {
            "uuid": _with_dashes(uuid.hexadecimal(uuid.uuids(self.streams["uuid"], block))),
            "sex": _SEXES.take(pa.array(female)),
            "age": pa.array(ages),
            "birth_date": self.births.dates(ages, self._words(block, "birth_date")),
        }

    def _where(self, block: Block) -> dict[str, pa.Array]:
        fields = ("street_number", "street_name", "county", "state", "postcode")
        return {field: self._phrase(block, field) for field in fields if field in self.locale.phrases} | {
            "city": self._one_of(block, "city", pa.array(self.params.city)) if self.params.city else self._phrase(block, "city"),
            "unit": pa.repeat("", len(block.rows)),
            "country": pa.repeat(pa.scalar(self.locale.country, pa.string()), len(block.rows)),
            "locale": pa.repeat(self.params.locale, len(block.rows)),
        }

    def _life(self, block: Block, age: pa.Array) -> dict[str, pa.Array]:
        adult = pc.greater_equal(age, ADULT)
        education = self._one_of(block, "education_level", _EDUCATION)
        graduate = pc.and_(adult, pc.is_in(education, value_set=_WITH_DEGREE))
        return {
            "marital_status": pc.if_else(adult, self._one_of(block, "marital_status", _MARITAL_STATUS), "never_married"),
            "education_level": pc.if_else(adult, education, None),
            "bachelors_field": pc.if_else(graduate, self._one_of(block, "bachelors_field", _BACHELORS_FIELDS), "no_degree"),
            "occupation": pc.if_else(adult, self._phrase(block, "occupation"), None),
        }

    def _contact(self, block: Block, fields: dict[str, pa.Array]) -> dict[str, pa.Array]:
        from resyn.columns.samplers.persons import email

        adult = pc.greater_equal(fields["age"], ADULT)
        words = self.streams["email_address"].words(block.rows, email.WIDTH, block.attempt, block.redraw)
        domains = self._phrase(block, "domain")
        addresses = email.addresses(fields["first_name"], fields["last_name"], domains, self.locale.fold, words)
        return {
            "phone_number": pc.if_else(adult, self._phrase(block, "phone_number"), None),
            "email_address": pc.if_else(adult, addresses, None),
        }

    def _words(self, block: Block, field: str) -> Words:
        return self.streams[field].word(block.rows, block.attempt, block.redraw)

    def _one_of(self, block: Block, field: str, values: pa.Array) -> pa.Array:
        return values.take(pa.array(below(self._words(block, field), len(values))))

    def _phrase(self, block: Block, field: str) -> pa.Array:
        phrase = self.locale.phrases[field]
        return phrase.draw(self.streams[field].words(block.rows, phrase.width, block.attempt, block.redraw))


def _with_dashes(digits: uuid.Bytes) -> pa.StringArray:
    return uuid.strings(np.insert(digits, [8, 12, 16, 20], np.uint8(ord("-")), axis=1))
