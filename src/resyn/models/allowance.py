"""Requests or tokens a minute, as a bucket that fills evenly. Pure: the caller says what time it is."""

from __future__ import annotations

_MINUTE = 60.0
_BURST = 1.0
"""Seconds' worth that may be used at once: endpoints that count by the minute would count a larger burst twice."""


class Allowance:
    """Say how long to wait until so much may be used again.

    What was used before it was counted (tokens of an answer that turned out long) is paid back by waiting.
    """

    def __init__(self, per_minute: float, now: float) -> None:
        self._set(per_minute)
        self._available, self._updated = self._most, now

    def wait(self, amount: float, now: float) -> float:
        """Return the seconds until `amount` may be used; 0 is now. More than the bucket holds waits for a full one."""
        self._fill(now)
        lacking = min(amount, self._most) - self._available
        return max(0.0, lacking / self._rate)

    def use(self, amount: float, now: float) -> None:
        """Note that `amount` was used; a negative one gives back what was reserved in vain."""
        self._fill(now)
        self._available = min(self._most, self._available - amount)

    def learn(self, per_minute: float, remaining: float, now: float) -> None:
        """Believe the endpoint: what it allows a minute, and what it says is left of that."""
        self._fill(now)
        self._set(per_minute)
        self._available = min(self._available, self._most, remaining)

    def _set(self, per_minute: float) -> None:
        self._rate = per_minute / _MINUTE
        self._most = max(1.0, self._rate * _BURST)

    def _fill(self, now: float) -> None:
        self._available = min(self._most, self._available + max(0.0, now - self._updated) * self._rate)
        self._updated = now
