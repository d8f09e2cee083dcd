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
from resyn.engine.tail import expected_tail, lives
from resyn.models.retry import delay


@dataclass
class Model:
    """An alias on a made-up clock: the seconds that an answer takes, by column, and how its limit grows."""

    seconds: Mapping[str, float]
    most: int
    limit: int = 16
    failing: float = 0.0
    """The share of attempts that fail."""
    sigma: float = 0.0
    """How far latencies spread: the standard deviation of their logarithm."""
    in_flight: int = 0
    queue: deque[tuple[int, str]] = field(default_factory=deque)
    spent: dict[str, float] = field(default_factory=dict)
    landed: int = 0
    failed: int = 0
    took: list[float] = field(default_factory=list)
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
            took=self.took[-1000:],
            again=self.again,
        )


def simulate(models: Mapping[str, Model], chain: Mapping[str, str], rows: int) -> tuple[list[Look], float]:
    """Make the cells of `chain` (column → alias, each reads the one before) for every row; return looks four a second, and when it ended."""
    columns, number = list(chain), itertools.count()
    looks: list[Look] = []
    made = dict.fromkeys(columns, 0)
    events: list[tuple[float, int, int, str, float, bool]] = []
    failures: Counter[tuple[int, str]] = Counter()
    dice = random.Random(3)  # noqa: S311 - a simulation
    models[chain[columns[0]]].queue.extend((row, columns[0]) for row in range(rows))
    now, due = 0.0, 0.0
    while True:
        for model in models.values():
            while model.queue and model.in_flight < model.limit:
                row, column = model.queue.popleft()
                model.in_flight += 1
                took = model.seconds[column] * (0.8 + 0.4 * (row * 37 % 100) / 100) * dice.lognormvariate(0, model.sigma)
                heapq.heappush(events, (now + took, next(number), row, column, took, True))
        if not events:
            return looks, now
        while due <= events[0][0]:
            lanes = {alias: model.look() for alias, model in models.items() if model.spent or model.in_flight}
            looks.append(Look(due, dict(made), lanes))
            due += 0.25
        now, _, row, column, took, lands = heapq.heappop(events)
        model = models[chain[column]]
        if not lands:
            model.queue.appendleft((row, column))
            continue
        model.in_flight -= 1
        model.landed += 1
        model.took.append(took)
        model.limit = min(model.most, model.limit + 1)
        model.spent[column] = model.spent.get(column, 0.0) + took
        if dice.random() < model.failing:
            failures[row, column] += 1
            model.failed += 1
            again = now + delay(failures[row, column], None, 0.5, model.seconds[column])
            model.again = max(model.again, again)
            heapq.heappush(events, (again, next(number), row, column, 0.0, False))
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
        ({"a": Model({"text": 0.2, "title": 0.2}, 64, sigma=0.7)}, {"text": "a", "title": "a"}),
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


@pytest.mark.parametrize(("sigma", "failing"), [(0.0, 0.05), (1.0, 0.0), (0.5, 0.05)])
def test_the_last_answer_comes_when_it_is_to_be_expected(sigma: float, failing: float) -> None:
    """The mean of many ends, whatever shape durations have, and however many attempts fail."""
    dice = random.Random(5)  # noqa: S311 - a simulation
    starts, sample = 100.0, [dice.lognormvariate(-1.6, sigma) for _ in range(1000)]
    waits = [delay(failures, None, 0.5, fmean(sample)) for failures in range(1, 9)]
    ends = []
    for _ in range(2000):
        began, end = 0.0, 0.0
        while began < 8.0:
            began += dice.expovariate(starts)
            took = dice.choice(sample)
            for wait in waits:
                if dice.random() >= failing:
                    break
                took += wait + dice.choice(sample)
            end = max(end, took - began)
        ends.append(end)
    assert expected_tail(starts, lives(sample, failing, starts)) == pytest.approx(fmean(ends), rel=0.05)


def test_durations_all_alike_end_together() -> None:
    """The last of them began a moment before the end of beginning; with nothing to go by, nothing is said."""
    assert expected_tail(100.0, lives([0.2] * 50, 0.0, 100.0)) == pytest.approx(0.2 - 1 / 100)
    assert expected_tail(100.0, []) == expected_tail(0.0, [(0.2, 1.0)]) == 0.0


def test_what_is_told_to_wait_is_waited_for() -> None:
    """However little is left beside it."""
    lane = LaneLook(in_flight=0, limit=8, reaches=8, spent={"text": 60.0}, took=(1.0, 2.0, 3.0), again=70.0)
    looks = [Look(0.0, {"text": 0}), Look(10.0, {"text": 29}, {"a": lane})]
    assert seconds_left(looks, {"text": 1}, {"text": "a"}) == pytest.approx(60.0 + 2.0)


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


def test_rows_that_are_drawn_again_make_no_negative_speed() -> None:
    """Their cells count as not made: where more go than come, nothing says yet how long it takes."""
    looks = [Look(float(second), {"text": made}) for second, made in enumerate((9, 8, 8, 5))]
    assert pace(looks) == 0.0
    assert seconds_left(looks, {"text": 5}, {}) is None
