"""What follows a failed attempt."""

from dataclasses import replace

from resyn.engine.patience import Struggle, Verdict, judge

STRUGGLE = Struggle(failures=8, began=0.0, served_before=0)


def test_a_request_that_fails_while_twenty_others_are_served_is_given_up() -> None:
    """A sticky failure ends as a tombstone instead of holding the run for ever."""
    verdict = judge(STRUGGLE, now=60, served=20, last_served=59, status=500, max_wait=300)
    assert verdict is Verdict.GIVE_UP_REQUEST


def test_weather_alone_never_gives_a_request_up() -> None:
    """Too few failures, too short a time, too few served neighbours, or a 429: each one means another try."""
    bad_luck = [
        judge(replace(STRUGGLE, failures=7), now=60, served=20, last_served=59, status=500, max_wait=300),
        judge(STRUGGLE, now=59, served=20, last_served=58, status=500, max_wait=300),
        judge(STRUGGLE, now=60, served=19, last_served=59, status=500, max_wait=300),
        judge(STRUGGLE, now=60, served=20, last_served=59, status=429, max_wait=300),
    ]
    assert bad_luck == [Verdict.RETRY] * 4


def test_an_endpoint_that_serves_nothing_is_given_up_after_the_wait_and_not_before() -> None:
    """A dead endpoint is waited for up to `max_wait`, counted from the last answer it gave."""
    assert judge(STRUGGLE, now=299, served=0, last_served=0, status=503, max_wait=300) is Verdict.RETRY
    assert judge(STRUGGLE, now=300, served=0, last_served=0, status=503, max_wait=300) is Verdict.GIVE_UP_ENDPOINT
    assert judge(STRUGGLE, now=300, served=5, last_served=100, status=503, max_wait=300) is Verdict.RETRY
