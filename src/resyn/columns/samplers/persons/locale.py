"""Everything that persons of one locale are drawn from."""

from __future__ import annotations

import functools
import hashlib
import json
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from faker.decode import unidecode

from resyn.columns.samplers.persons.phrases import Phrase, Slot, phrase_of
from resyn.columns.samplers.persons.rules import Rule, country_of, rules_of, transliterations_of

_BY_SEX = ("first_name", "middle_name", "last_name")
_STATES = ("state", "administrative_unit", "province", "region")
"""What providers call the largest division of a country, the most usual name first."""
_PLAIN = ("city", "county", "postcode", "street_name", "phone_number", *_STATES)
_RENAMED = {"building_number": "street_number", "job": "occupation", "safe_domain_name": "domain"}
_NAMES = (*(f"{name}{sex}" for name in _BY_SEX for sex in ("_male", "_female", "")), *_PLAIN, *_RENAMED)

Fold = Callable[[str], str]


@dataclass(frozen=True, slots=True, eq=False)
class Locale:
    """Hold what a locale has: its names by sex (0 male, 1 female), its other phrases by field, its country."""

    by_sex: Mapping[str, Slot]
    phrases: Mapping[str, Phrase]
    country: str | None
    fold: Fold
    """Name → its ASCII letters and digits in lower case, at least one."""
    digest: str
    """sha256:… of the data."""


@functools.lru_cache(maxsize=8)
def load(name: str) -> Locale:
    """Return the data of Faker locale `name`."""
    rules, country, transliterations = rules_of(name, _NAMES), country_of(name), transliterations_of(name)
    fields = {_RENAMED.get(rule, rule): rule for rule in (*_PLAIN, *_RENAMED) if rule in rules}
    fields["state"] = next((rule for rule in _STATES if rule in rules), "")
    return Locale(
        by_sex={field: slot for field in _BY_SEX if (slot := _by_sex(rules, field))},
        phrases={field: phrase_of(rules, rule) for field, rule in fields.items() if rule},
        country=country,
        fold=functools.lru_cache(maxsize=1 << 16)(functools.partial(_fold, transliterations)),
        digest=_digest(rules, country, transliterations),
    )


def _by_sex(rules: Mapping[str, Rule], field: str) -> Slot | None:
    names = [next((rule for rule in (field + sex, field) if rule in rules), None) for sex in ("_male", "_female")]
    if None in names:
        return None
    return Slot(pa.array([], pa.string()), tuple(phrase_of(rules, str(name)) for name in names), np.arange(2))


def _fold(transliterations: tuple[tuple[str, str], ...], name: str) -> str:
    for letter, ascii_letters in transliterations:
        name = name.replace(letter, ascii_letters)
    kept = [letter for letter in unidecode(name).lower() if letter in string.ascii_lowercase + string.digits]
    return "".join(kept) or "x"


def _digest(rules: Mapping[str, Rule], country: str | None, transliterations: tuple[tuple[str, str], ...]) -> str:
    """Return the SHA-256 of the canonical form: rules by name, and how each of their letters is written in ASCII."""
    letters = sorted({letter for rule in rules.values() for text in rule.alternatives for letter in text if not letter.isascii()})
    content = {
        "rules": {name: [rule.alternatives, rule.weights] for name, rule in rules.items()},
        "country": country,
        "transliterations": transliterations,
        "ascii": {letter: unidecode(letter) for letter in letters},
    }
    return "sha256:" + hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
