"""Permutations by index."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resyn.rng import Permutation, Stream

STREAM = Stream(1)


@settings(deadline=None)
@given(st.integers(1, 5000), st.integers(0, 3))
def test_every_position_is_reached_once(size: int, number: int) -> None:
    """No seed row is read twice in a pass, none is left out."""
    moved = Permutation.of(STREAM, size, number)(np.arange(size, dtype=np.uint64))
    assert sorted(moved.tolist()) == list(range(size))


def test_a_position_can_be_asked_for_alone() -> None:
    """A block of rows needs no other block."""
    permutation = Permutation.of(STREAM, 1000)
    together = permutation(np.arange(1000, dtype=np.uint64))
    assert [int(permutation(np.array([position], dtype=np.uint64))[0]) for position in range(50)] == together[:50].tolist()


def test_positions_of_a_huge_range_do_not_collide() -> None:
    """2^62 rows are permuted without being listed."""
    moved = Permutation.of(STREAM, 2**62)(np.arange(2**62 - 100_000, 2**62, dtype=np.uint64))
    assert len(np.unique(moved)) == 100_000
    assert moved.max() < 2**62


def test_each_number_and_stream_is_another_permutation() -> None:
    """Each pass over a seed has an order of its own; half of two random orders of 1000 do not agree anywhere near."""
    positions = np.arange(1000, dtype=np.uint64)
    orders = [Permutation.of(stream, 1000, number)(positions) for stream in (STREAM, Stream(2)) for number in (0, 1)]
    assert all((one == other).sum() < 10 for place, one in enumerate(orders) for other in orders[:place])


def test_small_permutations_are_all_equally_likely() -> None:
    """The 24 orders of four things, over 4800 keys: chi-square with 23 degrees of freedom, 49.7 at one in a thousand."""
    positions = np.arange(4, dtype=np.uint64)
    orders = [tuple(Permutation.of(STREAM, 4, number)(positions).tolist()) for number in range(4800)]
    counts = np.unique(orders, axis=0, return_counts=True)[1]
    assert len(counts) == 24
    assert ((counts - 200) ** 2 / 200).sum() < 49.7


def test_a_position_outside_is_refused() -> None:
    """It would come back as somebody else's."""
    with pytest.raises(ValueError, match="position 3 is outside a permutation of 3"):
        Permutation.of(STREAM, 3)(np.array([3], dtype=np.uint64))
