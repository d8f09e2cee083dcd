"""What rate-limit headers say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from resyn.models.limits import RateLimits, parse_limits

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_openai_counts_requests_and_tokens() -> None:
    """Resets are spans of hours, minutes, seconds and milliseconds."""
    headers = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-limit-tokens": "150000",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "1h6m0.5s",
    }
    assert parse_limits(headers, NOW) == RateLimits(
        limit_requests=60, remaining_requests=59, reset_requests=1, limit_tokens=150_000, remaining_tokens=0, reset_tokens=3960.5
    )


def test_anthropic_names_the_time_of_a_reset() -> None:
    """One that is over resets now; what is not said is None."""
    headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "49",
        "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:30Z",
        "anthropic-ratelimit-tokens-reset": "2025-12-31T23:59:00+00:00",
    }
    assert parse_limits(headers, NOW) == RateLimits(limit_requests=50, remaining_requests=49, reset_requests=30, reset_tokens=0)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20ms", 0.02),
        ("1m2.5s", 62.5),
        ("7", 7.0),
        ("soon", None),
        ("", None),
        ("5 parsecs", None),
        ("-3", 0.0),
        ("inf", None),
        ("nan", None),
        (f"{NOW.timestamp() + 30:.0f}", 30.0),
        (f"{NOW.timestamp() + 30:.0f}000", 30.0),
    ],
)
def test_a_reset_in_any_form(text: str, seconds: float | None) -> None:
    """Some gateways send plain seconds, or those since 1970; nonsense is not said."""
    found = parse_limits({"x-ratelimit-reset-requests": text, "x-ratelimit-limit-requests": "many"}, NOW)
    assert found == RateLimits(reset_requests=seconds)


@pytest.mark.parametrize("digits", [16, 400, 5000])
def test_a_count_beyond_all_reason_is_not_said(digits: int) -> None:
    """No float holds it, and Python reads no number of so many digits."""
    assert parse_limits({"x-ratelimit-limit-requests": "9" * digits}, NOW) == RateLimits()


def test_other_headers_say_nothing() -> None:
    """Most endpoints send none."""
    assert parse_limits({"Content-Type": "application/json"}, NOW) is None
