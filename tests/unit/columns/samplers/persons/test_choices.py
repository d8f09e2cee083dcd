"""Outcomes of functions that choose."""

from __future__ import annotations

import pytest

from resyn.columns.samplers.persons.choices import MOST, Choices, Drawing, Listing, Unlistable
from resyn.rng import Stream


def words(choices: Choices) -> str:
    """Choose a letter, and after "a" a number."""
    letter = choices.element({"a": 3.0, "b": 1.0})
    return f"a{choices.randint(1, 2)}" if letter == "a" else letter


def test_every_outcome_is_listed_with_its_probability() -> None:
    """Choices that depend on earlier ones are followed."""
    listing = Listing()
    assert list(listing.outcomes(lambda: words(listing))) == [("a1", 0.375), ("a2", 0.375), ("b", 0.25)]


def test_a_function_without_a_choice_has_one_outcome() -> None:
    """Of probability 1."""
    assert list(Listing().outcomes(lambda: "x")) == [("x", 1.0)]


@pytest.mark.parametrize("sizes", [(MOST + 1,), (MOST, 2)])
def test_too_many_outcomes_are_refused(sizes: tuple[int, ...]) -> None:
    """In one choice, or in several together."""
    listing = Listing()
    with pytest.raises(Unlistable):
        list(listing.outcomes(lambda: [listing.pick(size) for size in sizes]))


def test_draws_follow_the_same_probabilities() -> None:
    """Three standard deviations of 10,000 draws."""
    drawing = Drawing(Stream(1))
    drawn = [words(drawing) for _ in range(10_000)]
    assert abs(drawn.count("b") - 2500) < 130
    assert abs(drawn.count("a1") - 3750) < 145


def test_sets_are_put_in_order() -> None:
    """Text hashes, and with them a set's order, change from process to process."""
    assert [Drawing(Stream(3)).element(list(options)) for options in ("abc", "cab", "bca")] == [Drawing(Stream(3)).element("abc")] * 3


def test_what_random_offers_is_there() -> None:
    """Providers use all of these."""
    drawing = Drawing(Stream(2))
    assert sorted(drawing.sample("abc", 3)) == ["a", "b", "c"]
    assert set(drawing.choices("ab", weights=[0, 1], k=5)) == {"b"}
    assert set(drawing.choices("ab", k=50)) == {"a", "b"}
    assert {drawing.randrange(3) for _ in range(50)} == {0, 1, 2}
    assert {drawing.randrange(1, 6, 2) for _ in range(50)} == {1, 3, 5}
    assert 2 <= drawing.uniform(2, 3) < 3
