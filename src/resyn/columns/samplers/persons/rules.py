"""What Faker's providers can say in a locale, as rules: the alternatives of each word and how likely they are."""

from __future__ import annotations

import hashlib
import re
import types
import warnings
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from faker.factory import Factory
from faker.generator import Generator
from faker.providers import BaseProvider

from resyn.columns.samplers.persons.choices import MOST, Choices, Drawing, Listing, Unlistable
from resyn.rng import Stream

PLACE = re.compile(r"\{\{(.+?)\}\}")
"""A place in an alternative: `{{rule}}`, or `{{=abc}}` for one of these characters, or `{{~abc}}` for one of them or, half the time, none."""

_TOKEN = re.compile(r"\{\{\s*\w+(:\s*\w+)?\s*\}\}")
_BLANK = re.compile(r"\{\{.+?\}\}|[#%$!@]")
_LETTER = re.compile(r"\{\{.+?\}\}|\?")
_DIGITS = {"#": "=0123456789", "%": "=123456789", "$": "=23456789", "!": "~0123456789", "@": "~123456789"}
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PROVIDERS = ["faker.providers." + name for name in ("address", "internet", "job", "misc", "person", "phone_number")]


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold the alternatives of one word, which may name other rules, and their weights; () is equal weights."""

    alternatives: tuple[str, ...]
    weights: tuple[float, ...] = ()


class _Patterns(Generator):  # type: ignore[misc]
    """Let providers return their patterns unexpanded, so that listing a method's outcomes lists its patterns."""

    def __init__(self, listing: Listing, **config: Any) -> None:
        super().__init__(**config)
        self.random = listing

    def add_provider(self, provider: BaseProvider) -> None:
        """Add a provider that leaves places where it would draw digits and letters.

        The methods are replaced on the instance: some providers call `super(self.__class__, self)`, which a subclass would send
        round in circles.
        """
        for method in (_numerify, _lexify):
            setattr(provider, method.__name__[1:], types.MethodType(method, provider))
        _draw_elements_from(provider, self.random)
        super().add_provider(provider)

    def parse(self, text: str) -> str:
        return text

    def expand(self, text: str) -> str:
        """Return the text with a choice made for each of its tokens."""
        return str(super().parse(text))


class _Texts(Generator):  # type: ignore[misc]
    """Let providers draw whole texts, with our choices in place of Faker's."""

    def __init__(self, drawing: Drawing, **config: Any) -> None:
        super().__init__(**config)
        self.random = drawing

    def add_provider(self, provider: BaseProvider) -> None:
        _draw_elements_from(provider, self.random)
        super().add_provider(provider)


def rules_of(locale: str, names: Iterable[str]) -> dict[str, Rule]:
    """Return the rules for those of `names` that the locale's providers have, and all that they refer to.

    A locale without a provider of its own has the provider Faker falls back to. Costs 0.02 to 0.5 s a locale.
    """
    listing = Listing()
    patterns = _create(locale, _Patterns(listing, locale=locale), _PROVIDERS)
    rules: dict[str, Rule] = {}
    waiting = [name for name in names if hasattr(patterns, name)]
    while waiting:
        name = waiting.pop()
        if name not in rules:
            rules[name] = _listed(patterns, listing, name) or _drawn(locale, name)
            waiting += (place for text in rules[name].alternatives for place in PLACE.findall(text) if place[0] not in "=~")
    return rules


def country_of(locale: str) -> str | None:
    """Return the English name of the country whose addresses Faker makes for the locale; None where it knows none."""
    generator = _create(locale, Generator(locale=locale), ["faker.providers.address"])
    try:
        return str(generator.current_country())
    except (AttributeError, ValueError):  # how Faker says so, of en_MS for one
        return None


def transliterations_of(locale: str) -> tuple[tuple[str, str], ...]:
    """Return the locale's own ways to write letters in ASCII, such as ö → oe, and names whose letters do not tell how they are read."""
    generator = _create(locale, Generator(locale=locale), ["faker.providers.internet", "faker.providers.person"])
    person = generator.provider("faker.providers.person")
    readings: dict[str, str] = {}
    for name, _, latin in (*getattr(person, "first_name_pairs", ()), *getattr(person, "last_name_pairs", ())):
        readings.setdefault(name, latin.lower())
    longest_first = sorted(readings.items(), key=lambda reading: -len(reading[0]))
    return (*longest_first, *generator.provider("faker.providers.internet").replacements)


def _listed(patterns: _Patterns, listing: Listing, name: str) -> Rule | None:
    weights: defaultdict[str, float] = defaultdict(float)
    try:
        for text, weight in listing.outcomes(getattr(patterns, name)):
            weights[_clean(str(text), patterns)] += weight
    except Unlistable:
        return None
    return Rule(tuple(weights), () if len(set(weights.values())) == 1 else tuple(weights.values()))


def _clean(text: str, patterns: _Patterns) -> str:
    """Return `text` with spaces in its places taken out.

    Raises:
        Unlistable: a method worked on a pattern after it was made: cut it, or changed the case of a name in it.
    """
    text = _TOKEN.sub(lambda token: token.group().replace(" ", ""), text)
    names = [place for place in PLACE.findall(text) if place[0] not in "=~"]
    if "{" in PLACE.sub("", text) or not all(callable(getattr(patterns, name, None)) for name in names):
        raise Unlistable
    return text


def _drawn(locale: str, name: str) -> Rule:
    key = hashlib.sha256(f"faker:{locale}:{name}".encode()).digest()[:16]
    generator = _create(locale, _Texts(Drawing(Stream(int.from_bytes(key, "little"))), locale=locale), _PROVIDERS)
    return Rule(tuple(str(getattr(generator, name)()) for _ in range(MOST)))


def _create(locale: str, generator: Generator, providers: list[str]) -> Any:
    with warnings.catch_warnings(action="ignore"):  # Faker warns of locales it will rename
        return Factory.create(locale, providers=providers, generator=generator)


def _draw_elements_from(provider: BaseProvider, choices: Choices) -> None:
    provider.random_element = choices.element


def _numerify(provider: BaseProvider, text: str = "###") -> str:
    if _TOKEN.search(text):
        text = provider.generator.expand(text)
    return _BLANK.sub(lambda blank: "{{" + _DIGITS[blank.group()] + "}}" if blank.group() in _DIGITS else blank.group(), text)


def _lexify(_: BaseProvider, text: str = "????", letters: str = _LETTERS) -> str:
    return _LETTER.sub(lambda blank: "{{=" + "".join(letters) + "}}" if blank.group() == "?" else blank.group(), text)
