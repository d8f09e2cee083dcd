"""Texts drawn from rules, a block of rows at a time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from resyn.columns.samplers.persons.choices import MOST
from resyn.columns.samplers.persons.rules import PLACE, Rule
from resyn.rng.stream import Words, below
from resyn.rng.tables import pick, weighted

_Part = str | tuple[tuple[str, ...], ...]
"""A piece of an alternative: fixed text, `{{rule}}`, or characters to draw, each from its own options."""


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """Hold the pieces that can stand at one place of a phrase: fixed texts first, then phrases to draw."""

    fixed: pa.StringArray
    drawn: tuple[Phrase, ...]
    piece_of: npt.NDArray[np.int64]
    """Alternative → index into fixed and drawn together."""

    @property
    def width(self) -> int:
        """Return how many words a row needs here."""
        return max((phrase.width for phrase in self.drawn), default=0)

    def draw(self, alternatives: npt.NDArray[np.int64], words: Words) -> pa.StringArray:
        """Return the text of each row, whose alternative and words are given."""
        index = self.piece_of[alternatives]
        if not self.drawn:
            return self.fixed.take(pa.array(index))
        pieces, position = [self.fixed], index.copy()
        for number, phrase in enumerate(self.drawn, start=len(self.fixed)):
            rows = np.flatnonzero(index == number)
            position[rows] = sum(map(len, pieces)) + np.arange(rows.size)
            pieces.append(phrase.draw(words[rows]))
        return pa.concat_arrays(pieces).take(pa.array(position))


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """Draw one of some alternatives, which differ in what stands in each slot."""

    size: int
    thresholds: Words | None
    """None where every alternative is as likely."""
    slots: tuple[Slot, ...]

    @property
    def width(self) -> int:
        """Return how many words a row needs."""
        return 1 + sum(slot.width for slot in self.slots)

    def draw(self, words: Words) -> pa.StringArray:
        """Return one text a row; `words` has the shape (rows, at least `width`)."""
        alternatives = below(words[:, 0], self.size) if self.thresholds is None else pick(words[:, 0], self.thresholds)
        texts, start = [], 1
        for slot in self.slots:
            texts.append(slot.draw(alternatives, words[:, start : start + slot.width]))
            start += slot.width
        return texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, "")


def phrase_of(rules: Mapping[str, Rule], name: str) -> Phrase:
    """Return the phrase for rule `name` and all that it refers to."""
    rule = rules[name]
    alternatives = [_parts(text) for text in rule.alternatives]
    longest = max(map(len, alternatives))
    columns = zip(*(parts + [""] * (longest - len(parts)) for parts in alternatives), strict=True)
    slots = tuple(_slot(column, rules) for column in columns)
    return Phrase(len(alternatives), weighted(rule.weights) if rule.weights else None, slots)


def _slot(column: Sequence[_Part], rules: Mapping[str, Rule]) -> Slot:
    fixed = [part for part in dict.fromkeys(column) if not _is_drawn(part)]
    drawn = [part for part in dict.fromkeys(column) if _is_drawn(part)]
    number = {part: index for index, part in enumerate([*fixed, *drawn])}
    phrases = tuple(phrase_of(rules, part[2:-2]) if isinstance(part, str) else _characters(part) for part in drawn)
    return Slot(pa.array(fixed, pa.string()), phrases, np.array([number[part] for part in column], dtype=np.int64))


def _is_drawn(part: _Part) -> bool:
    return not isinstance(part, str) or part.startswith("{{")


def _characters(options: Sequence[Sequence[str]]) -> Phrase:
    texts = ["".join(characters) for characters in itertools.product(*options)]
    return Phrase(len(texts), None, (Slot(pa.array(texts, pa.string()), (), np.arange(len(texts))),))


def _parts(text: str) -> list[_Part]:
    """Return the pieces of an alternative; neighbouring characters are one piece while it has at most `MOST` forms."""
    parts: list[_Part] = []
    for number, piece in enumerate(PLACE.split(text)):
        if number % 2 == 0:
            parts += [piece] if piece else []
        elif piece[0] not in "=~":
            parts.append("{{" + piece + "}}")
        else:
            options = tuple(piece[1:]) if piece[0] == "=" else (*piece[1:], *[""] * len(piece[1:]))
            if parts and isinstance(parts[-1], tuple) and math.prod(map(len, parts[-1])) * len(options) <= MOST:
                parts[-1] = (*parts[-1], options)
            else:
                parts.append((options,))
    return parts or [""]
