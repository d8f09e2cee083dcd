"""Email addresses made from names."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

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


def _folded(names: pa.Array, fold: Callable[[str], str]) -> pa.Array:
    """Fold each distinct name once."""
    encoded = names.dictionary_encode()
    folded = pa.array([fold(name) for name in encoded.dictionary.to_pylist()], pa.string())
    return folded.take(encoded.indices)
