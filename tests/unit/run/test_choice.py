"""Which batches a run makes."""

from __future__ import annotations

import pytest

from resyn.errors import ConfigError
from resyn.run.choice import Bounds, choose, parse_bounds

RANGES = {f"b{number:05d}": range(number * 4, number * 4 + 4) for number in range(5)}
STALE = ("b00001", "b00002", "b00004")


@pytest.mark.parametrize(
    ("batches", "until", "bounds"),
    [
        (None, None, Bounds()),
        ("3", None, Bounds(count=3)),
        (3, None, Bounds(count=3)),
        ("b00007, b00004,b00007", None, Bounds(keys=("b00004", "b00007"))),
        (None, "500", Bounds(rows=500)),
        (None, "90s", Bounds(seconds=90)),
        (None, "1h30m", Bounds(seconds=5400)),
        ("2", "0.5m", Bounds(count=2, seconds=30)),
    ],
)
def test_bounds_are_read(batches: str | int | None, until: str | None, bounds: Bounds) -> None:
    """Numbers, keys, rows and times."""
    assert parse_bounds(batches, until) == bounds


@pytest.mark.parametrize(("batches", "until"), [("first", None), ("b1", None), (None, "noon"), (None, "10x"), (None, "m")])
def test_bounds_that_say_nothing_are_refused(batches: str | None, until: str | None) -> None:
    """With a word on what can be given."""
    with pytest.raises(ConfigError, match=r"--batches|--until"):
        parse_bounds(batches, until)


@pytest.mark.parametrize(
    ("bounds", "chosen"),
    [
        (Bounds(), STALE),
        (Bounds(count=2), STALE[:2]),
        (Bounds(keys=("b00000", "b00004")), ("b00004",)),  # the first is finished
        (Bounds(rows=9, keys=("b00004",)), ("b00004",)),  # stale batches that are not named are not finished for that
        (Bounds(rows=8), ()),  # two batches are finished already
        (Bounds(rows=9), STALE[:1]),  # whole batches
        (Bounds(rows=13), STALE[:2]),
        (Bounds(rows=999), STALE),
        (Bounds(rows=999, count=1), STALE[:1]),
        (Bounds(seconds=60), STALE),  # the clock is not known here
    ],
)
def test_stale_batches_are_chosen_in_order(bounds: Bounds, chosen: tuple[str, ...]) -> None:
    """As far as the bounds say."""
    assert choose(STALE, RANGES, bounds) == chosen


def test_a_batch_that_is_not_planned_is_refused() -> None:
    """By name."""
    with pytest.raises(ConfigError, match="no batch 'b00009'"):
        choose(STALE, RANGES, Bounds(keys=("b00009",)))
