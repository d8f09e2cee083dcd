"""Requests or tokens in a span of time, as a bucket that fills evenly. Pure: the caller says what time it is."""

from __future__ import annotations

import math

from resyn.models.retry import LONGEST_TOLD

_MINUTE = 60.0


class Allowance:
    """Say how long to wait until so much may be used.

    What was used before it was counted (the tokens of an answer that turned out long) is paid back by waiting.
    """

    def __init__(self, per_second: float, most: float, now: float) -> None:
        # All mutable state: how fast the bucket fills, what it holds at most and now, when that was, and when what an endpoint said is put to the test.
        self._rate, self._most = per_second, most
        self._available, self._updated = most, now
        self._holds_until = math.inf

    @classmethod
    def per_minute(cls, amount: float, now: float) -> Allowance:
        """Return an allowance of so much a minute; a second's worth may be used at once: one that counts by the minute counts more twice."""
        return cls(amount / _MINUTE, max(1.0, amount / _MINUTE), now)

    def wait(self, amount: float, now: float) -> float:
        """Return the seconds until `amount` may be used; 0 is now. More than the bucket ever holds waits for a full one."""
        self._fill(now)
        until_there = (min(amount, self._most) - self._available) / self._rate
        return max(0.0, min(until_there, self._holds_until - now))

    def use(self, amount: float, now: float) -> None:
        """Note that `amount` was used; a negative one gives back what was reserved in vain."""
        self._fill(now)
        self._available = min(self._most, self._available - amount)
        if amount > 0 and now >= self._holds_until:
            self._holds_until = now + LONGEST_TOLD

    def learn(self, limit: float, remaining: float, reset: float | None, now: float) -> None:
        """Believe an endpoint: what it allows at most, what is left of that, and in how many seconds all of it is back.

        As with `Retry-After`, it is believed for a minute: whatever it said, one request may go then, and its response says more.
        """
        if reset and limit > remaining:
            self._rate = (limit - remaining) / reset
        self._most, self._available, self._updated = max(1.0, limit), min(limit, remaining), now
        self._holds_until = now + LONGEST_TOLD

    def _fill(self, now: float) -> None:
        self._available = min(self._most, self._available + max(0.0, now - self._updated) * self._rate)
        self._updated = now
