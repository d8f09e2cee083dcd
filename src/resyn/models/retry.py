"""How long to wait before a request is sent again: pure, the caller sleeps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LEAST, FIRST = 0.05, 0.5
LONGEST = 30.0
LONGEST_TOLD = 60.0
"""An endpoint that asks for an hour must not stall a run for an hour: it is asked again after this many seconds."""
JITTER = 0.2


def delay(failures: int, retry_after: float | None, jitter: float, typical: float = 0.0) -> float:
    """Return the seconds to wait after the `failures`-th failure in a row (1, 2, …).

    Doubles from 0.5 s to 30 s, ±20 % by `jitter` in [0, 1); from less, but 0.05 s, where an answer typically takes less
    (`typical`, in seconds, 0 where unknown): whatever crowded the endpoint has left it by then. What the endpoint asked for (`retry_after`, in seconds) is the least,
    spread upwards so that its clients do not all come back at once, and counts for at most 60 s.
    """
    first = min(FIRST, max(typical, LEAST)) if typical else FIRST
    backoff = min(first * 2.0 ** min(failures - 1, 16), LONGEST) * (1 + JITTER * (2 * jitter - 1))
    if retry_after is None:
        return backoff
    return max(backoff, min(retry_after * (1 + JITTER * jitter), LONGEST_TOLD))


def read_retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that an endpoint asks to wait for, None where it does not say.

    `Retry-After` is a number or an HTTP date (RFC 9110, 10.2.3); `retry-after-ms`, at OpenAI and Azure, says the same more exactly.
    """
    exact = _seconds(headers.get("retry-after-ms", ""), now)
    return _seconds(headers.get("Retry-After", ""), now) if exact is None else exact / 1000


def _seconds(value: str, now: datetime) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        seconds = _until(value, now)
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _until(date: str, now: datetime) -> float:
    try:
        when = parsedate_to_datetime(date)
    except (ValueError, OverflowError):  # a time zone may be any number
        return math.nan
    return (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds()
