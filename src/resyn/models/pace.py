"""How many requests one model is sent at a time: additive increase, multiplicative decrease, decided from what came back. Pure."""

from __future__ import annotations

from statistics import median

START = 16
"""Requests in flight to begin with, where more are allowed: enough to learn how fast an unloaded endpoint answers."""
ANSWERS_A_SLOT = 12
"""Answers that earn one more slot; a rejection takes one. So up to 1 in 13 may be rejected at random before the limit shrinks."""
LEAST_WINDOW = 32
"""Answers between two looks at the latency, at least; twice the limit where that is more."""
SLOW = 2.0
"""Times the best latency from which on load may be the reason."""
CUT = 0.75
"""Share of the limit kept, on trial, when answers got slow."""
HELPED = 0.83
"""Share of the latency left after a cut from which on the cut cost nothing: 0.75 / 0.9, nine tenths of the rate at three quarters of the load."""


class Pace:
    """Adapt the number of requests in flight to what an endpoint takes.

    It doubles each round trip from `START` until something says no, then adds a slot for every 12 answers. A rejection (429, 503, a
    timeout) takes one slot: of a burst that an endpoint takes half of, half is rejected, which ends at the right number at once.
    An endpoint that never says no but gets slow is tried with three quarters of the load: where that makes answers faster in
    proportion, it had more than it could use, and the cut stays; where it does not, the answers themselves got longer, and it is undone.
    """

    def __init__(self, most: int, start: int | None = None) -> None:
        self._most = most
        # All mutable state: the limit, whether it still doubles, latencies since the last look, the best of them, and a cut on trial.
        self._limit = float(min(most, START if start is None else max(1, start)))
        self._doubles = start is None
        self._latencies: list[float] = []
        self._best = 0.0
        self._trial: tuple[float, float] | None = None

    @property
    def limit(self) -> int:
        """Return how many requests may be in flight."""
        return int(self._limit)

    def answered(self, latency: float, in_flight: int) -> None:
        """Learn from an answer that took `latency` (any unit) when it was one of `in_flight`."""
        self._latencies.append(latency)
        # A limit that is not reached has nothing to prove.
        if self._trial is None and in_flight >= self.limit:
            self._limit = min(self._most, self._limit + (1.0 if self._doubles else 1.0 / ANSWERS_A_SLOT))
        if len(self._latencies) >= max(LEAST_WINDOW, 2 * self.limit):
            self._look()

    def rejected(self) -> None:
        """Learn that a request was turned away."""
        self._doubles = False
        self._limit = max(1.0, self._limit - 1.0)

    def _look(self) -> None:
        typical = median(self._latencies)
        self._latencies.clear()
        if self._trial is not None:
            limit, before = self._trial
            self._trial = None
            if typical > HELPED * before:
                self._limit, self._best = limit, typical
        elif self._best and typical > SLOW * self._best and self._limit > 1:
            self._trial = self._limit, typical
            self._limit, self._doubles = max(1.0, self._limit * CUT), False
        else:
            self._best = min(self._best or typical, typical)
