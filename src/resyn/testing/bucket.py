"""Requests that a span of time allows, as the headers of endpoints tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from resyn.testing.forms import MESSAGES
from resyn.testing.options import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Say what is left after a request; `is_over`: it was one too many."""

    allowed: int
    remaining: int
    reset: float
    """Seconds until everything is free again."""
    is_over: bool

    def headers(self, path: str, now: datetime) -> Mapping[str, str]:
        """Return what OpenAI's endpoints, or Anthropic's, would say."""
        if path == MESSAGES:
            told = {"limit": self.allowed, "remaining": self.remaining, "reset": (now + timedelta(seconds=self.reset)).isoformat()}
            return {f"anthropic-ratelimit-requests-{name}": str(value) for name, value in told.items()}
        told = {"limit": self.allowed, "remaining": self.remaining, "reset": f"{round(self.reset * 1000)}ms"}
        return {f"x-ratelimit-{name}-requests": str(value) for name, value in told.items()}


class Bucket:
    """Hold `allowed` requests, and fill evenly within `allowed_s` seconds."""

    def __init__(self) -> None:
        self._used, self._at = 0.0, datetime.now(UTC)

    def take(self, options: Options, now: datetime) -> Left | None:
        """Count a request and return what is left; None where any number is allowed."""
        if not options.allowed:
            return None
        a_second = options.allowed / options.allowed_s
        self._used = max(0.0, self._used - (now - self._at).total_seconds() * a_second)
        self._at = now
        is_over = self._used + 1 > options.allowed
        self._used += not is_over
        remaining = int(options.allowed - self._used)
        return Left(allowed=options.allowed, remaining=remaining, reset=self._used / a_second, is_over=is_over)
