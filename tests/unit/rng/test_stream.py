"""Words by row index."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resyn.rng import Stream
from resyn.rng.stream import below, uniform
from resyn.spec import Program

STREAM = Stream(0x0123456789ABCDEF_FEDCBA9876543210)


def test_the_words_of_a_key_never_change() -> None:
    """Those of Philox4x64-10 (Salmon and others, 2011) from counter 1 on. A NumPy that changed them would change every dataset."""
    assert STREAM.words(range(2), 3, 0).tolist() == [
        [5377138790426312260, 13516482618556681533, 12365056258449691161],
        [8734471196405456682, 6819451634207212921, 9883201175627997387],
    ]
    assert STREAM.words(range(10**12, 10**12 + 1), 2, attempt=3, redraw=1).tolist() == [[7978975543609745023, 395644496370548304]]


def test_the_key_of_a_column_never_changes(program: Program) -> None:
    """What a stream is named after, and how, is part of every stored dataset."""
    assert hex(Stream.of(program, "price", "field").key) == "0x5487dc052c2dbd1c05552c211e67d9b4"


@settings(deadline=None)
@given(st.integers(0, 10**12), st.integers(0, 50), st.integers(0, 50), st.integers(1, 9), st.integers(0, 5))
def test_rows_have_the_same_words_however_they_are_cut_into_blocks(start: int, first: int, second: int, width: int, attempt: int) -> None:
    """Batch size and order of computation cannot change a value."""
    middle, stop = start + first, start + first + second
    late = STREAM.words(range(middle, stop), width, attempt)
    early = STREAM.words(range(start, middle), width, attempt)
    assert np.array_equal(np.concatenate([early, late]), STREAM.words(range(start, stop), width, attempt))


def test_attempt_and_redraw_have_words_of_their_own() -> None:
    """No row of one attempt meets a row of another."""
    drawn = [STREAM.words(range(1000), 4, attempt, redraw) for attempt in range(3) for redraw in range(3)]
    assert len(np.unique(np.concatenate(drawn))) == 9 * 4000


@pytest.mark.parametrize("change", [{"name": "e"}, {"seed": 8}, {"draw": 1}])
def test_another_name_seed_or_draw_is_another_stream(program: Program, change: dict[str, object]) -> None:
    """`draw` is how one asks for new samples."""
    assert Stream.of(dataclasses.replace(program, **change), "c", "f") != Stream.of(program, "c", "f")  # type: ignore[arg-type]


def test_columns_and_fields_cannot_be_mistaken_for_each_other(program: Program) -> None:
    """Neither by moving a letter nor by a quote in a name."""
    names = [("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc"), ('a", "b', "c"), ("a", 'b", "c')]
    assert len({Stream.of(program, *name) for name in names}) == len(names)


def test_uniform_numbers_are_multiples_of_two_to_the_minus_53_below_one() -> None:
    """The largest word does not round up to 1."""
    assert uniform(np.array([0, 2**11, 2**64 - 1], dtype=np.uint64)).tolist() == [0.0, 2.0**-53, 1 - 2.0**-53]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(1, 2**36)), min_size=1))
def test_integers_below_a_size_are_exact(cases: list[tuple[int, int]]) -> None:
    """They are floor(u * size) of the 53-bit u, which no float product is."""
    words, sizes = (np.array(column, dtype=np.uint64) for column in zip(*cases, strict=True))
    assert below(words, sizes).tolist() == [(word >> 11) * size >> 53 for word, size in cases]
