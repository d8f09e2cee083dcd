"""How long an endpoint's weather is borne with: one pure decision after each failed attempt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto

from resyn.spec import Limits

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500

BREAKS = 8
"""Failures in a row, by whatever requests, after which a model gets new requests one at a time only."""
ALL_REFUSED = 32
"""Refusals of a model that has answered nothing, from which on it is not the rows that are wrong."""
FIRST_PROBE, LONGEST_PROBE = 0.1, 5.0
OUTAGE = 5.0
"""Seconds of failures alone after which it was the endpoint that failed, and not the requests."""


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


@dataclass(frozen=True, slots=True)
class Weather:
    """Describe how a model fares when a request to it has just failed."""

    now: float
    served: int
    """Answers and refusals it gave in this process; a request that was given up is neither."""
    last_served: float
    status: int
    """Of this failure; 0 where there was none."""
    left: int | None = None
    """How many requests wait for the model, where every one of them has failed; None where some may fare well."""


def judge(struggle: Struggle, weather: Weather, limits: Limits) -> Verdict:
    """Return what follows: weather never decides content, so a request is given up only where others fare well.

    Where none is left that could fare well, a request that its endpoint answers with 500, for as long as a dead one is waited for, is
    given up too, if the endpoint served others before: the run would end for it, and the next one, for ever. What tells it from an
    endpoint that broke down at the end: others were served after it had failed, or fewer are left than fail in an outage.
    """
    stone = limits.tombstone
    lasted = weather.now - struggle.began
    others = weather.served - struggle.served_before
    if weather.status != TOO_MANY_REQUESTS:
        if struggle.failures >= stone.failures and lasted >= stone.seconds and others >= stone.served:
            return Verdict.GIVE_UP_REQUEST
        if limits.total_timeout is not None and lasted >= limits.total_timeout and others > 0:
            return Verdict.GIVE_UP_REQUEST
    if weather.now - max(struggle.began, weather.last_served) < limits.max_wait:
        return Verdict.RETRY
    is_its_own = (
        weather.left is not None
        and (others > 0 or weather.left < BREAKS)
        and weather.status == SERVER_ERROR
        and weather.served >= stone.served
    )
    return Verdict.GIVE_UP_REQUEST if is_its_own else Verdict.GIVE_UP_ENDPOINT


def longest_wait(struggle: Struggle, now: float, limits: Limits) -> float:
    """Return the seconds to wait at most before another attempt: no longer than until it is the one that may end the struggle."""
    due = struggle.began + limits.tombstone.seconds - now
    return due if struggle.failures + 1 >= limits.tombstone.failures and due > 0 else math.inf


class Breaker:
    """Tell a dead endpoint from bad luck: while a model serves nothing, one new request at a time finds out whether it is back.

    Requests that failed go on by their own, growing waits; only those that were never sent are held back.
    """

    def __init__(self) -> None:
        # All mutable state: failures since anything was served, when the first of them was, and when the next new request may go.
        self._failures = 0
        self._since = 0.0
        self._next = 0.0

    @property
    def is_open(self) -> bool:
        """Return whether new requests are held back."""
        return self._failures >= BREAKS

    def served(self, now: float) -> bool:
        """Note that something was served, an answer or a refusal; return whether that ends an outage."""
        was_out = self.is_open and now - self._since >= OUTAGE
        self._failures = 0
        return was_out

    def failed(self, now: float, told: float | None = None) -> None:
        """Note a failure; `told` is what the endpoint asked to wait for, in seconds."""
        if not self._failures:
            self._since = now
        self._failures += 1
        if self.is_open:
            backoff = min(FIRST_PROBE * 2.0 ** min(self._failures - BREAKS, 16), LONGEST_PROBE)
            self._next = now + max(backoff, told or 0.0)

    def wait(self, in_flight: int, now: float) -> float | None:
        """Return the seconds until a new request may go; None: not before one of those in flight has landed."""
        if not self.is_open:
            return 0.0
        return None if in_flight else max(0.0, self._next - now)
