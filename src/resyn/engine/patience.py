"""How long an endpoint's weather is borne with: one pure decision after each failed attempt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

TOMBSTONE_FAILURES = 8
TOMBSTONE_SECONDS = 60.0
TOMBSTONE_SERVED = 20
TOO_MANY_REQUESTS = 429

BREAKS = 8
"""Failures in a row, by whatever requests, after which a model is only probed."""
FIRST_PROBE, LONGEST_PROBE = 0.1, 5.0


class Verdict(Enum):
    """Say what follows a failed attempt."""

    RETRY = auto()
    GIVE_UP_REQUEST = auto()
    """This request fails while others are served: it is recorded as refused, and the row is drawn again."""
    GIVE_UP_ENDPOINT = auto()
    """Nothing is served: the run ends, everything kept."""


@dataclass(frozen=True, slots=True)
class Struggle:
    """Describe a request that failed so far; times in seconds of one clock."""

    failures: int
    began: float
    """When it failed first."""
    served_before: int
    """Answers the model had given by then."""


def judge(struggle: Struggle, *, now: float, served: int, last_served: float, status: int, max_wait: float) -> Verdict:
    """Return what follows: weather never decides content, so a request is given up only where others fare well."""
    lasted = now - struggle.began
    if (
        struggle.failures >= TOMBSTONE_FAILURES
        and lasted >= TOMBSTONE_SECONDS
        and served - struggle.served_before >= TOMBSTONE_SERVED
        and status != TOO_MANY_REQUESTS
    ):
        return Verdict.GIVE_UP_REQUEST
    if now - max(struggle.began, last_served) >= max_wait:
        return Verdict.GIVE_UP_ENDPOINT
    return Verdict.RETRY


class Breaker:
    """Tell a dead endpoint from bad luck: while a model serves nothing, one request at a time finds out whether it is back."""

    def __init__(self) -> None:
        # All mutable state: failures since anything was served, and when the next probe may go.
        self._failures = 0
        self._next_probe = 0.0

    @property
    def is_open(self) -> bool:
        """Return whether the model is only probed."""
        return self._failures >= BREAKS

    def served(self) -> None:
        """Note that something was served, an answer or a refusal: whatever failed before was bad luck."""
        self._failures = 0

    def failed(self, now: float, told: float | None = None) -> None:
        """Note a failure; `told` is what the endpoint asked to wait for, in seconds."""
        self._failures += 1
        if self.is_open:
            backoff = min(FIRST_PROBE * 2.0 ** min(self._failures - BREAKS, 16), LONGEST_PROBE)
            self._next_probe = now + max(backoff, told or 0.0)

    def wait(self, in_flight: int, now: float) -> float | None:
        """Return the seconds until a request may go; None: not before one of those in flight has landed."""
        if not self.is_open:
            return 0.0
        return None if in_flight else max(0.0, self._next_probe - now)
