"""What follows a failed attempt."""

import math
from dataclasses import replace

import pytest

from resyn.engine.patience import BREAKS, Breaker, Struggle, Verdict, Weather, judge, longest_wait
from resyn.spec import Limits, Tombstone

STRUGGLE = Struggle(failures=8, began=0, served_before=0)
FINE = Weather(now=60, served=20, last_served=59, status=500)
LIMITS = Limits()


def test_a_request_that_fails_while_twenty_others_are_served_is_given_up() -> None:
    """A sticky failure ends as a tombstone instead of holding the run for ever."""
    assert judge(STRUGGLE, FINE, LIMITS) is Verdict.GIVE_UP_REQUEST


def test_weather_alone_never_gives_a_request_up() -> None:
    """Too few failures, too short a time, too few served neighbours, or a 429: each one means another try."""
    bad_luck = [
        judge(replace(STRUGGLE, failures=7), FINE, LIMITS),
        judge(STRUGGLE, replace(FINE, now=59, last_served=58), LIMITS),
        judge(STRUGGLE, replace(FINE, served=19), LIMITS),
        judge(replace(STRUGGLE, served_before=1), FINE, LIMITS),
        judge(STRUGGLE, replace(FINE, status=429), LIMITS),
    ]
    assert bad_luck == [Verdict.RETRY] * 5


def test_when_a_request_is_given_up_is_configurable() -> None:
    """By the conditions of a tombstone, or by a time for all attempts together; neither where nobody else is served."""
    soon = Limits(tombstone=Tombstone(failures=2, seconds=1, served=3))
    assert judge(Struggle(2, 0, 0), Weather(1, 3, 1, 500), soon) is Verdict.GIVE_UP_REQUEST
    in_all = Limits(total_timeout=10)
    assert judge(Struggle(1, 0, 0), Weather(10, 1, 9, 0), in_all) is Verdict.GIVE_UP_REQUEST
    assert judge(Struggle(1, 0, 0), Weather(10, 0, 0, 0), in_all) is Verdict.RETRY


def test_an_endpoint_that_serves_nothing_is_given_up_after_the_wait_and_not_before() -> None:
    """A dead endpoint is waited for up to `max_wait`, counted from the last answer it gave."""
    dead = Weather(now=299, served=0, last_served=0, status=503)
    assert judge(STRUGGLE, dead, LIMITS) is Verdict.RETRY
    assert judge(STRUGGLE, replace(dead, now=300), LIMITS) is Verdict.GIVE_UP_ENDPOINT
    assert judge(STRUGGLE, replace(dead, now=300, served=5, last_served=100), LIMITS) is Verdict.RETRY


def test_the_last_request_of_a_run_is_given_up_where_nobody_is_left_to_fare_well() -> None:
    """Or every run would end for it: only after the wait, only for a 500, and only where the endpoint served others before."""
    alone = Weather(now=300, served=20, last_served=0, status=500, left=7)
    late = replace(STRUGGLE, served_before=20)
    assert judge(late, alone, LIMITS) is Verdict.GIVE_UP_REQUEST
    assert judge(late, replace(alone, now=299), LIMITS) is Verdict.RETRY
    for other in (
        replace(alone, status=503),
        replace(alone, status=0),
        replace(alone, served=19),
        replace(alone, left=None),
        replace(alone, left=8),
    ):
        assert judge(replace(STRUGGLE, served_before=other.served), other, LIMITS) is Verdict.GIVE_UP_ENDPOINT
    assert judge(replace(STRUGGLE, served_before=19), replace(alone, left=99), LIMITS) is Verdict.GIVE_UP_REQUEST


def test_a_request_is_tried_no_later_than_it_may_be_given_up() -> None:
    """The eighth attempt of one that fails always comes at 60 seconds and not at 61 to 90."""
    assert longest_wait(Struggle(6, 0, 0), 15, LIMITS) == math.inf
    assert longest_wait(Struggle(7, 0, 0), 31.5, LIMITS) == 28.5
    assert longest_wait(Struggle(9, 0, 0), 90, LIMITS) == math.inf


def test_served_0_lets_a_run_end_that_has_nothing_else_to_ask() -> None:
    """One request of a small dataset that fails always: what the error advises."""
    alone = Weather(now=60, served=0, last_served=0, status=500, left=1)
    assert judge(STRUGGLE, alone, Limits(tombstone=Tombstone(served=0))) is Verdict.GIVE_UP_REQUEST


def test_failures_in_a_row_hold_new_requests_back_and_one_at_a_time_finds_out() -> None:
    """A dead endpoint is not overrun, and one that is back is noticed within seconds."""
    breaker = Breaker()
    for second in range(BREAKS):
        assert breaker.wait(in_flight=5, now=second) == 0
        breaker.failed(now=second)
    assert breaker.is_open
    assert breaker.wait(in_flight=1, now=BREAKS) is None
    assert breaker.wait(in_flight=0, now=BREAKS - 1) == pytest.approx(0.1)
    for _ in range(20):
        breaker.failed(now=100)
    assert breaker.wait(in_flight=0, now=100) == 5.0
    assert breaker.wait(in_flight=0, now=105) == 0


def test_one_answer_closes_the_breaker_and_ends_an_outage() -> None:
    """Bad luck among answers never adds up; only a time without any was an outage."""
    breaker = Breaker()
    for second in range(3 * BREAKS):
        breaker.failed(now=second)
        assert not breaker.served(now=second)
    for _ in range(BREAKS):
        breaker.failed(now=100)
    assert breaker.served(now=105)
    assert not breaker.is_open
    assert not breaker.served(now=106)


def test_what_a_dead_endpoint_asks_to_wait_for_is_waited() -> None:
    """A quota that is used up tells when it is back."""
    breaker = Breaker()
    for _ in range(BREAKS):
        breaker.failed(now=0, told=20)
    assert breaker.wait(in_flight=0, now=0) == 20
