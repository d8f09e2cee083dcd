"""Random words by row index, and the two plainest things to make of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from resyn.spec import Program

Words = npt.NDArray[np.uint64]

_WORDS_A_COUNT = 4
"""Philox4x64 makes four words for each value of its counter."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Hold the endless random words of one field of one column; `key` has 128 bits."""

    key: int

    @classmethod
    def of(cls, program: Program, column: str, field: str = "") -> Stream:
        """Return the stream of `field` in the column whose random name is `column`: a SHA-256 of what the two are part of."""
        named = json.dumps(["stream", program.name, program.seed, program.draw, column, field])
        return cls(int.from_bytes(hashlib.sha256(named.encode()).digest()[:16], "little"))

    def words(self, rows: range, width: int, attempt: int, redraw: int = 0) -> Words:
        """Return `width` words for each row, shape (rows, width).

        Row r owns words r * width to (r + 1) * width - 1. The counter's first word says where in the stream they are; attempt and
        redraw have words of their own, so that no two of the three can meet. Raw words only: NumPy freezes those of a bit generator
        and changes the distributions built on them (NEP 19).
        """
        count, skipped = divmod(rows.start * width, _WORDS_A_COUNT)
        philox = np.random.Philox(key=self.key, counter=[count, attempt, redraw, 0])
        raw: Words = philox.random_raw(skipped + len(rows) * width)
        return raw[skipped:].reshape(len(rows), width)

    def word(self, rows: range, attempt: int, redraw: int = 0) -> Words:
        """Return one word for each row, shape (rows,)."""
        return self.words(rows, 1, attempt, redraw)[:, 0]


def uniform(words: Words) -> npt.NDArray[np.float64]:
    """Return multiples of 2^-53 in [0, 1)."""
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53


def below(words: Words, size: int | Words) -> npt.NDArray[np.int64]:
    """Return integers in [0, size), each as likely as the others to within 2^-53; `size` is at most 2^36, one for all or one a word.

    The 53-bit product is formed in two halves because it does not fit in a word.
    """
    size = np.asarray(size, dtype=np.uint64)
    high, low = words >> np.uint64(37), (words >> np.uint64(11)) & np.uint64(2**26 - 1)
    return ((high * size + (low * size >> np.uint64(26))) >> np.uint64(27)).astype(np.int64)
