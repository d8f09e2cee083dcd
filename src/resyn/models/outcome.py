"""What one attempt at a request can come to."""

from __future__ import annotations

from dataclasses import dataclass

from resyn.models.limits import RateLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The endpoint answered; `body` is the raw response."""

    body: bytes
    input_tokens: int
    output_tokens: int
    latency_ms: int
    limits: RateLimits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The endpoint refused this request for good (400, 422, content filter): asking again would not help."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Weather: a timeout, a dropped connection, 408, 429 or 5xx, a body that is no answer. It says nothing about the request."""

    reason: str
    """One clause for a person, such as "503 Service Unavailable" or "timed out after 60 s"; never a key."""
    status: int = 0
    retry_after: float | None = None
    """Seconds, where the endpoint said."""
    limits: RateLimits | None = None


Outcome = Answered | Refused | Failed
