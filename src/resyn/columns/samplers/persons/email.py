"""Email addresses made from names."""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.compute as pc
from faker.decode import unidecode

from resyn.rng.stream import Words, below

WIDTH = 3
"""Words a row."""

_SEPARATORS = pa.array([".", "_", ""])
_NUMBERS = pa.array([""] * 66 + [str(number) for number in range(1, 100)])
"""Four in ten addresses have no number."""


def addresses(first: pa.Array, last: pa.Array, domains: pa.Array, fold: Callable[[str], str], words: Words) -> pa.Array:
    """Return addresses such as `j.smith7@example.org`; `words` has the shape (rows, `WIDTH`)."""
    first, last = _folded(first, fold), _folded(last, fold)
    initial = pc.utf8_slice_codeunits(first, 0, 1)
    given = pc.if_else(pa.array(below(words[:, 0], 4) == 0), initial, first)
    separator = _SEPARATORS.take(pa.array(below(words[:, 1], len(_SEPARATORS))))
    number = _NUMBERS.take(pa.array(below(words[:, 2], len(_NUMBERS))))
    return pc.binary_join_element_wise(given, separator, last, number, "@", domains, "")


def fold(transliterations: Iterable[tuple[str, str]], name: str) -> str:
    """Return the ASCII letters and digits of a name in lower case, at least one; a locale has its own ways to write some letters."""
    for letter, ascii_letters in transliterations:
        name = name.replace(letter, ascii_letters)
    kept = [letter for letter in unidecode(name).lower() if letter in string.ascii_lowercase + string.digits]
    return "".join(kept) or "x"


@functools.lru_cache(maxsize=1 << 16)
def plain(name: str) -> str:
    """Return a name folded without a locale's own ways."""
    return fold((), name)


def _folded(names: pa.Array, fold: Callable[[str], str]) -> pa.Array:
    """Fold each distinct name once."""
    encoded = names.dictionary_encode()
    folded = pa.array([fold(name) for name in encoded.dictionary.to_pylist()], pa.string())
    return folded.take(encoded.indices)
