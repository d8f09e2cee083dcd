"""What an endpoint's headers say about how much more it takes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_MOST_DIGITS = 15
_EPOCH = 1e9
"""A plain number from here on is no span but a time, in seconds since 1970; a thousand times as much, in milliseconds."""
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """Hold the limits of a window that the endpoint keeps, and what is left of them; None where it does not say."""

    limit_requests: int | None = None
    remaining_requests: int | None = None
    reset_requests: float | None = None
    """Seconds until all requests of the window are free again."""
    limit_tokens: int | None = None
    remaining_tokens: int | None = None
    reset_tokens: float | None = None


def parse_limits(headers: Mapping[str, str], now: datetime) -> RateLimits | None:
    """Return what `x-ratelimit-*` (OpenAI) or `anthropic-ratelimit-*` headers say, or None where there are none.

    Resets are spans at OpenAI (`6m0s`, `20ms`), RFC 3339 times at Anthropic, seconds since 1970 at some gateways. `headers` are looked up without regard to case.
    """
    names = " ".join(headers).lower()
    for of, name in (("x-ratelimit-{field}-{what}", "x-ratelimit-"), ("anthropic-ratelimit-{what}-{field}", "anthropic-ratelimit-")):
        if name in names:
            return _read(headers, of, now)
    return None


def _read(headers: Mapping[str, str], of: str, now: datetime) -> RateLimits:
    def header(field: str, what: str) -> str:
        return headers.get(of.format(field=field, what=what), "")

    return RateLimits(
        limit_requests=_whole(header("limit", "requests")),
        remaining_requests=_whole(header("remaining", "requests")),
        reset_requests=_seconds(header("reset", "requests"), now),
        limit_tokens=_whole(header("limit", "tokens")),
        remaining_tokens=_whole(header("remaining", "tokens")),
        reset_tokens=_seconds(header("reset", "tokens"), now),
    )


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _seconds(text: str, now: datetime) -> float | None:
    if (spans := _SPAN.findall(text)) and "".join(number + unit for number, unit in spans) == text:
        return sum(float(number) * _SECONDS[unit] for number, unit in spans)
    try:
        return _span(float(text), now)
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return max((when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds(), 0.0)


def _span(number: float, now: datetime) -> float | None:
    if number >= _EPOCH:
        number = (number / 1000 if number >= _EPOCH * 1000 else number) - now.timestamp()
    return max(number, 0.0) if math.isfinite(number) else None
