"""A shuffle that can be asked for any single position."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resyn.rng.stream import Stream, Words

_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Permutation:
    """Map each of 0 … size - 1 to another of them, and no two to the same.

    A Feistel network over the next even number of bits, walked until it is back inside the range (Black and Rogaway, "Ciphers with
    arbitrary finite domains", 2002): at most four steps a position on average.
    """

    size: int
    keys: tuple[int, ...]

    @classmethod
    def of(cls, stream: Stream, size: int, number: int = 0) -> Permutation:
        """Return permutation `number` of [0, size), `size` between 1 and 2^62, keyed by the stream."""
        return cls(size, tuple(int(key) for key in stream.words(range(_ROUNDS), 1, number)[:, 0]))

    def __call__(self, positions: Words) -> Words:
        """Return where each position goes.

        Raises:
            ValueError: a position is not below `size`.
        """
        if positions.size and int(positions.max()) >= self.size:
            raise ValueError(f"position {positions.max()} is outside a permutation of {self.size}")
        moved = self._step(positions)
        while (outside := moved >= self.size).any():
            moved[outside] = self._step(moved[outside])
        return moved

    def _step(self, positions: Words) -> Words:
        half = np.uint64(max(1, ((self.size - 1).bit_length() + 1) // 2))
        mask = np.uint64((1 << int(half)) - 1)
        left, right = positions >> half, positions & mask
        for key in self.keys:
            left, right = right, left ^ (_mix(right ^ np.uint64(key)) & mask)
        return (left << half) | right


def _mix(words: Words) -> Words:
    """Return each word scrambled: the finaliser of SplitMix64 (Steele, Lea and Flood, 2014)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
