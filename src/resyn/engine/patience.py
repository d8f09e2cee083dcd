"""How long an endpoint's weather is borne with: one pure decision after each failed attempt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

TOMBSTONE_FAILURES = 8
TOMBSTONE_SECONDS = 60.0
TOMBSTONE_SERVED = 20
TOO_MANY_REQUESTS = 429


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
