"""Texts from rules."""

from __future__ import annotations

import re
from collections import Counter

import pyarrow as pa
import pytest
from faker import generator

from resyn.columns.samplers.persons.phrases import phrase_of
from resyn.columns.samplers.persons.rules import Rule, rules_of
from resyn.rng import Stream

RULES = {
    "city": Rule(("{{name}}{{ending}}", "New {{name}}"), (3.0, 1.0)),
    "name": Rule(("Ann", "Bo")),
    "ending": Rule(("ton", "ville")),
    "code": Rule(("{{=ab}}{{=01}}-{{~9}}x",)),
}


def drawn(name: str, rows: int = 4000) -> list[str]:
    """Return texts of a rule above."""
    phrase = phrase_of(RULES, name)
    texts = phrase.draw(Stream(1).words(range(rows), phrase.width, 0))
    assert texts.type == pa.string()
    return list(texts.to_pylist())


def test_rules_are_expanded_with_their_weights() -> None:
    """Three cities in four have an ending."""
    counts = Counter(drawn("city"))
    assert counts.keys() == {"Annton", "Annville", "Boton", "Boville", "New Ann", "New Bo"}
    assert all(abs(count - (500 if city.startswith("New") else 750)) < 100 for city, count in counts.items())


def test_characters_are_drawn_each_from_its_own() -> None:
    """And an optional one is there half the time."""
    counts = Counter(drawn("code"))
    assert counts.keys() == {f"{letter}{digit}-{nine}x" for letter in "ab" for digit in "01" for nine in ("9", "")}
    assert all(abs(count - 500) < 100 for count in counts.values())


def test_a_row_can_be_drawn_alone() -> None:
    """Its words are its own, whatever its neighbours chose."""
    phrase = phrase_of(RULES, "city")
    assert [phrase.draw(Stream(1).words(range(row, row + 1), phrase.width, 0))[0].as_py() for row in range(50)] == drawn("city")[:50]


def test_rules_of_a_locale_keep_its_patterns() -> None:
    """A German street is a pattern with a name in it, a phone number one with digits: neither is a list of samples."""
    rules = rules_of("de_DE", ["street_name", "phone_number", "no_such_word"])
    assert any("{{last_name}}" in text for text in rules["street_name"].alternatives)
    assert all(re.search(r"\{\{=0123456789\}\}", text) for text in rules["phone_number"].alternatives)
    assert "last_name" in rules
    assert "no_such_word" not in rules


@pytest.mark.parametrize("locale", ["en_US", "ja_JP", "es_CO", "en_PH"])
def test_faker_s_own_generator_is_never_asked(locale: str) -> None:
    """Its state would depend on who asked before."""
    before = generator.random.getstate()
    rules_of(locale, ["city", "street_name", "postcode", "building_number", "phone_number", "first_name_male", "last_name"])
    assert generator.random.getstate() == before


def test_what_cannot_be_listed_is_drawn_once() -> None:
    """A Japanese postcode is made of two numbers: ten million outcomes."""
    postcodes = rules_of("ja_JP", ["postcode"])["postcode"].alternatives
    assert len(postcodes) == 10_000
    assert all(re.fullmatch(r"\d{3}-\d{4}", text) for text in postcodes)
    assert postcodes == rules_of("ja_JP", ["postcode"])["postcode"].alternatives
