"""Where and how fast models are asked: the content of `plan/runtime.json`. Nothing here can change a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from resyn.spec.money import Budget, Price


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Locate one provider. `api_key` is the name of an environment variable, never a key."""

    endpoint: str = ""
    api_key: str = ""
    extra_headers: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    """Of tools: what starts their server."""
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    batch_size: int | None = None
    """How many requests may share one call, where the provider takes several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Say when a request that keeps failing is given up: after so many failures, over so many seconds, with so many others served."""

    failures: int = 8
    seconds: float = 60.0
    served: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bound how one model alias is asked; times in seconds."""

    max_parallel_requests: int = 4
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    """Input and output tokens together."""
    timeout: float = 60.0
    """Of one attempt."""
    total_timeout: float | None = None
    """Of all attempts at one request, while others are served; it is then given up like one that meets a tombstone's conditions."""
    max_wait: float = 300.0
    """How long to wait for an endpoint that serves nothing before the run ends, everything kept."""
    tombstone: Tombstone = field(default_factory=Tombstone)
    skip_health_check: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Hold what the engine needs to reach models: providers by name, limits by model alias, prices by `provider/model`."""

    providers: Mapping[str, Provider] = field(default_factory=dict)
    limits: Mapping[str, Limits] = field(default_factory=dict)
    prices: Mapping[str, Price] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
