"""Delays between attempts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resyn.models.retry import delay, read_retry_after

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_delays_double_from_half_a_second_to_thirty() -> None:
    """Without jitter the waits are 0.5, 1, 2, … and never more than 30 s, however long it fails."""
    assert [delay(n, None, 0.5) for n in (1, 2, 3, 7, 8, 10_000)] == [0.5, 1.0, 2.0, 30.0, 30.0, 30.0]


@pytest.mark.parametrize(("typical", "waits"), [(0.001, [0.05, 0.1, 0.2]), (0.2, [0.2, 0.4, 0.8]), (40.0, [0.5, 1.0, 2.0])])
def test_the_first_wait_is_no_longer_than_an_answer_takes(typical: float, waits: list[float]) -> None:
    """A request turned away for want of room goes again once those that had it are done: between 0.05 s and 0.5 s."""
    assert [delay(n, None, 0.5, typical) for n in (1, 2, 3)] == waits


@given(failures=st.integers(1, 10_000), jitter=st.floats(0, 1, exclude_max=True))
def test_jitter_stays_within_a_fifth(failures: int, jitter: float) -> None:
    """Jitter moves a delay by at most 20 %."""
    plain = delay(failures, None, 0.5)
    assert 0.8 * plain <= delay(failures, None, jitter) <= 1.2 * plain


@given(told=st.floats(0, 50), jitter=st.floats(0, 1, exclude_max=True))
def test_an_endpoint_is_never_asked_sooner_than_it_said(told: float, jitter: float) -> None:
    """Retry-After is the least that is waited."""
    assert told <= delay(1, told, jitter) <= max(0.6, 1.2 * told)


@pytest.mark.parametrize("told", [61.0, 1_000.0, 1e9])
def test_a_retry_after_of_an_hour_does_not_stall_the_run(told: float) -> None:
    """What an endpoint asks for counts for 60 s at most."""
    assert delay(1, told, 0.99) == 60.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None),
        ("3", 3.0),
        ("0.25", 0.25),
        ("-4", 0.0),
        ("Thu, 01 Jan 2026 00:00:30 GMT", 30.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0.0),
        ("Thu, 01 Jan 2026 00:00:30 -0000", 30.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("Thu, 01 Jan 2026 00:00:30 +99999999999999", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str, seconds: float | None) -> None:
    """Both forms of the header are understood; nonsense counts as absent."""
    assert read_retry_after({"Retry-After": header}, NOW) == seconds


def test_milliseconds_say_it_more_exactly() -> None:
    """Azure sends both; nonsense in one leaves the other."""
    assert read_retry_after({"Retry-After": "1", "retry-after-ms": "250"}, NOW) == 0.25
    assert read_retry_after({"Retry-After": "1", "retry-after-ms": "soon"}, NOW) == 1.0
    assert read_retry_after({}, NOW) is None
