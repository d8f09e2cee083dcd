"""Everything that persons of one locale are drawn from."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from faker.decode import unidecode

from resyn.columns.samplers.persons import email
from resyn.columns.samplers.persons.phrases import Phrase, Slot, phrase_of
from resyn.columns.samplers.persons.rules import Rule, country_of, rules_of, transliterations_of

_BY_SEX = {field: ((f"{field}_male", field), (f"{field}_female", field)) for field in ("first_name", "middle_name", "last_name")}
"""Field → the rules for men and for women, where there are several the first that a locale has."""

_FIELDS = {
    "city": ("city",),
    "county": ("county",),
    "domain": ("safe_domain_name",),
    "occupation": ("job",),
    "phone_number": ("phone_number", "mobile_number"),
    "postcode": ("postcode",),
    "state": ("state", "administrative_unit", "province", "region"),
    "street_name": ("street_name",),
    "street_number": ("building_number",),
}
"""Field → its rule, where there are several the first that a locale has."""

_NAMES = {*(name for rules in _FIELDS.values() for name in rules), *(name for pair in _BY_SEX.values() for rules in pair for name in rules)}

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
    return Locale(
        by_sex={field: slot for field, pair in _BY_SEX.items() if (slot := _by_sex(rules, pair))},
        phrases={field: phrase_of(rules, rule) for field, names in _FIELDS.items() if (rule := _first(rules, names))},
        country=country,
        fold=functools.lru_cache(maxsize=1 << 16)(functools.partial(email.fold, transliterations)),
        digest=_digest(rules, country, transliterations),
    )


def _by_sex(rules: Mapping[str, Rule], pair: Sequence[Sequence[str]]) -> Slot | None:
    names = [name for candidates in pair if (name := _first(rules, candidates))]
    if len(names) < len(pair):
        return None
    return Slot(pa.array([], pa.string()), tuple(phrase_of(rules, name) for name in names), np.arange(len(names)))


def _first(rules: Mapping[str, Rule], names: Sequence[str]) -> str | None:
    return next((name for name in names if name in rules), None)


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
