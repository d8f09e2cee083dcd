"""How long a run has to go."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from resyn.engine.eta import LaneLook, Look, pace, seconds_left


@dataclass
class Model:
    """An alias on a made-up clock: the seconds that an answer takes, by column, and how its limit grows."""

    seconds: Mapping[str, float]
    most: int
    limit: int = 16
    in_flight: int = 0
    queue: deque[tuple[int, str]] = field(default_factory=deque)
    spent: dict[str, float] = field(default_factory=dict)


def simulate(models: Mapping[str, Model], chain: Mapping[str, str], rows: int) -> tuple[list[Look], float]:
    """Make the cells of `chain` (column → alias, each reads the one before) for every row; return looks four a second, and when it ended."""
    columns, number = list(chain), itertools.count()
    looks: list[Look] = []
    made = dict.fromkeys(columns, 0)
    events: list[tuple[float, int, int, str]] = []
    models[chain[columns[0]]].queue.extend((row, columns[0]) for row in range(rows))
    now, due = 0.0, 0.0
    while True:
        for model in models.values():
            while model.queue and model.in_flight < model.limit:
                row, column = model.queue.popleft()
                model.in_flight += 1
                spread = 0.8 + 0.4 * (row * 37 % 100) / 100
                heapq.heappush(events, (now + model.seconds[column] * spread, next(number), row, column))
        if not events:
            return looks, now
        while due <= events[0][0]:
            lanes = {
                alias: LaneLook(in_flight=model.in_flight, limit=model.limit, reaches=model.most, spent=dict(model.spent))
                for alias, model in models.items()
                if model.spent or model.in_flight
            }
            looks.append(Look(due, dict(made), lanes))
            due += 0.25
        now, _, row, column = heapq.heappop(events)
        model = models[chain[column]]
        model.in_flight -= 1
        model.limit = min(model.most, model.limit + 1)
        model.spent[column] = model.spent.get(column, 0.0) + model.seconds[column]
        made[column] += 1
        if (later := columns.index(column) + 1) < len(columns):
            models[chain[columns[later]]].queue.appendleft((row, columns[later]))


@pytest.mark.parametrize(
    ("models", "chain"),
    [
        ({"a": Model({"text": 0.2, "title": 0.2}, 64)}, {"text": "a", "title": "a"}),
        ({"a": Model({"text": 0.2, "title": 0.6}, 256)}, {"text": "a", "title": "a"}),
        ({"a": Model({"text": 0.1}, 64), "b": Model({"title": 0.4}, 64)}, {"text": "a", "title": "b"}),
        ({"a": Model({"text": 0.4}, 64), "b": Model({"title": 0.1}, 64)}, {"text": "a", "title": "b"}),
        ({"a": Model({"text": 1.0}, 8), "b": Model({"title": 0.1}, 64)}, {"text": "a", "title": "b"}),
        ({"a": Model({"text": 3.0}, 4, limit=4)}, {"text": "a"}),
    ],
)
def test_the_time_to_go_is_right_within_a_fifth_from_a_tenth_on(models: Mapping[str, Model], chain: Mapping[str, str]) -> None:
    """Also while the limit still grows, with columns that take longer than others, and with models that wait for each other."""
    rows = 4000 if len(models) > 1 or models["a"].most > 8 else 200
    looks, end = simulate(models, chain, rows)
    cells = rows * len(chain)
    for count, look in enumerate(looks, start=1):
        if 0.1 * cells <= sum(look.made.values()) <= 0.9 * cells:
            said = seconds_left(looks[:count], {column: rows - made for column, made in look.made.items()}, chain)
            assert said == pytest.approx(end - look.at, rel=0.2)


def test_the_pace_is_that_of_the_later_half() -> None:
    """A slow start, in which the limit still grew, is forgotten; what is not known is 0."""
    assert pace([]) == pace([Look(0.0, {"text": 5})]) == 0.0
    slow_then_fast = [Look(float(second), {"text": 10 * second if second < 10 else 100 + 100 * (second - 10)}) for second in range(41)]
    assert pace(slow_then_fast) == pytest.approx(100.0)


def test_what_no_model_does_goes_by_its_pace() -> None:
    """And where nothing says anything yet, nothing is said; a run that is over has nothing to go."""
    looks = [Look(float(second), {"checked": 10 * second}) for second in range(5)]
    assert seconds_left(looks, {"checked": 60}, {}) == pytest.approx(6.0)
    assert seconds_left([], {"checked": 60}, {}) is None
    assert seconds_left(looks, {"checked": 0}, {}) == 0.0
