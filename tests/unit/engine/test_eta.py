"""How long a run has to go."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean

import pytest

from resyn.engine.eta import LaneLook, Look, pace, seconds_left
from resyn.engine.tail import expected_tail
from resyn.models.retry import delay


@dataclass
class Model:
    """An alias on a made-up clock: the seconds that an answer takes, by column, how its limit grows, and which share of attempts fails."""

    seconds: Mapping[str, float]
    most: int
    limit: int = 16
    failing: float = 0.0
    in_flight: int = 0
    queue: deque[tuple[int, str]] = field(default_factory=deque)
    spent: dict[str, float] = field(default_factory=dict)
    landed: int = 0
    failed: int = 0
    failed_seconds: float = 0.0
    again: float = 0.0

    def look(self) -> LaneLook:
        """Return what it did until now."""
        return LaneLook(
            in_flight=self.in_flight,
            limit=self.limit,
            reaches=self.most,
            spent=dict(self.spent),
            landed=self.landed,
            failed=self.failed,
            failed_seconds=self.failed_seconds,
            again=self.again,
        )


def simulate(models: Mapping[str, Model], chain: Mapping[str, str], rows: int) -> tuple[list[Look], float]:
    """Make the cells of `chain` (column → alias, each reads the one before) for every row; return looks four a second, and when it ended."""
    columns, number = list(chain), itertools.count()
    looks: list[Look] = []
    made = dict.fromkeys(columns, 0)
    events: list[tuple[float, int, int, str, bool]] = []
    failures: Counter[tuple[int, str]] = Counter()
    dice = random.Random(3)  # noqa: S311 - a simulation
    models[chain[columns[0]]].queue.extend((row, columns[0]) for row in range(rows))
    now, due = 0.0, 0.0
    while True:
        for model in models.values():
            while model.queue and model.in_flight < model.limit:
                row, column = model.queue.popleft()
                model.in_flight += 1
                spread = 0.8 + 0.4 * (row * 37 % 100) / 100
                heapq.heappush(events, (now + model.seconds[column] * spread, next(number), row, column, True))
        if not events:
            return looks, now
        while due <= events[0][0]:
            lanes = {alias: model.look() for alias, model in models.items() if model.spent or model.in_flight}
            looks.append(Look(due, dict(made), lanes))
            due += 0.25
        now, _, row, column, lands = heapq.heappop(events)
        model = models[chain[column]]
        if not lands:
            model.queue.appendleft((row, column))
            continue
        model.in_flight -= 1
        model.landed += 1
        model.limit = min(model.most, model.limit + 1)
        model.spent[column] = model.spent.get(column, 0.0) + model.seconds[column]
        if dice.random() < model.failing:
            failures[row, column] += 1
            model.failed += 1
            model.failed_seconds += model.seconds[column]
            due = now + delay(failures[row, column], None, 0.5, model.seconds[column])
            model.again = max(model.again, due)
            heapq.heappush(events, (due, next(number), row, column, False))
            continue
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
        ({"a": Model({"text": 0.2, "title": 0.2}, 64, failing=0.05)}, {"text": "a", "title": "a"}),
        ({"a": Model({"text": 1.0, "title": 1.0}, 64, failing=0.02)}, {"text": "a", "title": "a"}),
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


def test_the_last_retries_take_what_is_to_be_expected() -> None:
    """No failures, no tail; else the mean of many ends, each that of the latest of the requests that failed once, twice and so on."""
    assert expected_tail(starts=300, failing=0.0, answer=0.2, failure=0.2) == 0.0
    dice = random.Random(5)  # noqa: S311 - a simulation
    starts, failing, answer = 300.0, 0.05, 0.2
    ends = []
    for _ in range(4000):
        late, end = 0.0, 0.0
        for failures in range(1, 6):
            late += answer + delay(failures, None, 0.5, answer)
            end = max(end, late - dice.expovariate(starts * failing**failures))
        ends.append(end)
    assert expected_tail(starts, failing, answer, answer) == pytest.approx(fmean(ends), rel=0.03)


def test_what_is_told_to_wait_is_waited_for() -> None:
    """However little is left beside it."""
    lane = LaneLook(in_flight=0, limit=8, reaches=8, spent={"text": 60.0}, landed=31, failed=1, failed_seconds=2.0, again=70.0)
    looks = [Look(0.0, {"text": 0}), Look(10.0, {"text": 29}, {"a": lane})]
    assert seconds_left(looks, {"text": 1}, {"text": "a"}) == pytest.approx(60.0 + 58.0 / 30)


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
