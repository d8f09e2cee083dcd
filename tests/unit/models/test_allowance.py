"""Requests and tokens in a span of time."""

from hypothesis import given
from hypothesis import strategies as st

from resyn.models.allowance import Allowance


def test_it_fills_evenly_and_holds_a_second_at_most() -> None:
    """600 a minute are ten at once, then one each tenth of a second, however long nothing was used."""
    allowance = Allowance.per_minute(600, now=0)
    for _ in range(10):
        assert allowance.wait(1, now=0) == 0
        allowance.use(1, now=0)
    assert allowance.wait(1, now=0) == 0.1
    assert allowance.wait(1, now=1000) == 0
    allowance.use(10, now=1000)
    assert allowance.wait(1, now=1000) == 0.1


def test_what_was_used_beyond_it_is_paid_back_by_waiting() -> None:
    """An answer that turned out long delays the next one."""
    allowance = Allowance.per_minute(60, now=0)
    allowance.use(11, now=0)
    assert allowance.wait(1, now=0) == 11
    allowance.use(-10, now=0)
    assert allowance.wait(1, now=0) == 1


def test_more_than_it_ever_holds_waits_for_a_full_one() -> None:
    """A prompt longer than a second's tokens goes all the same."""
    allowance = Allowance.per_minute(60, now=0)
    assert allowance.wait(500, now=0) == 0
    allowance.use(500, now=0)
    assert allowance.wait(500, now=0) == 500


def test_it_believes_the_endpoint() -> None:
    """What is left is used up, then as fast as it comes back; a window that is over is full again."""
    allowance = Allowance(1, 100, now=0)
    allowance.learn(limit=100, remaining=2, reset=49, now=0)
    assert allowance.wait(2, now=0) == 0
    allowance.use(2, now=0)
    assert allowance.wait(1, now=0) == 0.5
    assert allowance.wait(100, now=50) == 0


def test_what_an_endpoint_said_is_put_to_the_test_after_a_minute() -> None:
    """Nothing left for a day, or a time that was no span: one request goes each minute, until a response says otherwise."""
    allowance = Allowance(1, 100, now=0)
    allowance.learn(limit=100, remaining=-15, reset=86_400, now=0)
    assert allowance.wait(1, now=10) == 50
    assert allowance.wait(1, now=60) == 0
    allowance.use(1, now=60)
    assert allowance.wait(1, now=60) == 60
    allowance.learn(limit=100, remaining=100, reset=0, now=61)
    assert allowance.wait(1, now=61) == 0


@given(st.integers(1, 10_000), st.lists(st.floats(0, 5), min_size=1, max_size=50))
def test_no_minute_ever_sees_more_than_allowed_and_a_second(per_minute: int, pauses: list[float]) -> None:
    """Whoever waits as long as told keeps within the limit, whatever the pauses."""
    allowance = Allowance.per_minute(per_minute, now=0)
    now, used = 0.0, 0
    for pause in pauses:
        now += pause + allowance.wait(1, now + pause)
        allowance.use(1, now)
        used += 1
    assert used <= 1 + per_minute / 60 * (now + 1) + 1e-6
