"""How many requests share a call on the wire, and how long one waits for others. Pure."""

from __future__ import annotations

from resyn.spec import Provider

GATHER = 0.004
"""Seconds that a first request waits for others: little beside any endpoint's answer."""
_TEXTS = 32
"""Texts of an embedding call: what every endpoint takes."""


def most_a_call(kind: str, provider: Provider) -> int:
    """Return how many requests of a kind share a call to a provider, at most."""
    if kind not in {"embedding", "http"}:
        return 1
    return provider.batch_size or (_TEXTS if kind == "embedding" else 1)
