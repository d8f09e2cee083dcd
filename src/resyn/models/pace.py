"""How many requests one model is sent at a time: additive increase, multiplicative decrease, decided from what came back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

FIRST = 16
"""Requests in flight to begin with, where more are allowed: enough to learn how fast an unloaded endpoint answers."""
ANSWERS_A_SLOT = 12
"""Answers that earn one more slot; a rejection takes one. So up to 1 in 13 may be rejected at random before the limit shrinks."""
GROWTH = 3
"""Slots that an answer earns while nothing says no: four times as many requests in flight after each round trip."""
LUCK = 8
"""One rejection in so many answers of a look may be bad luck, and ends no growth."""
LEAST_WINDOW = 32
"""Answers between two looks at the latency, at least; a round trip's where that is more, and two once it no longer grows fast."""
SLOW = 3.0
"""Times the best latency from which on load may be the reason."""
STEADY = 1.25
"""Growth of the limit in one look up to which it counts as the same load; by a slot for every 12 answers it is a sixth."""
CUT = 0.75
"""Share of the limit kept, on trial, when answers got slow."""
KEPT = 0.9
"""Share of the rate that is left after a cut that cost nothing. By Little's law the rate is requests in flight / latency."""
_INSTANT = 1e-9


@dataclass(frozen=True, slots=True)
class Start:
    """Say where to begin: a limit learned before, and whether nothing had stopped its growth yet."""

    limit: int = FIRST
    grows: bool = True


class Pace:
    """Adapt the number of requests in flight to what an endpoint takes.

    It grows fourfold each round trip until something says no, then by a slot for every 12 answers. A rejection (429, 503, 529) takes
    one slot: of a burst that an endpoint takes half of, half is rejected, which ends at the right number at once. A few at random say
    nothing about load, and end no growth.
    An endpoint that never says no but gets slow is tried with three quarters of the load: where that makes answers faster in
    proportion, it had more than it could use, and the cut stays; where it does not, the answers themselves got longer, and it is undone.
    """

    def __init__(self, most: int, start: Start | None = None) -> None:
        begin = start or Start()
        self._most = most * ANSWERS_A_SLOT
        # All mutable state: the limit in twelfths of a slot, whether it still grows fast,
        self._parts = max(1, min(most, begin.limit)) * ANSWERS_A_SLOT
        self._grows = begin.grows
        # latencies and rejections since the last look, how many answers there will be at the next, how many before them are not counted,
        self._latencies: list[float] = []
        self._rejections = 0
        self._window, self._skipped = min(self.limit, LEAST_WINDOW), 0
        # the limit when that began, whether it hardly grew in the look before, the best typical latency, and what was before a cut that is on trial: the rate, and where to go back to.
        self._began, self._is_steady = self.limit, False
        self._best = 0.0
        self._trial: tuple[float, int, bool] | None = None
        self.typical = 0.0
        """The latency in the middle of the last look; 0 before the first."""

    @property
    def limit(self) -> int:
        """Return how many requests may be in flight."""
        return self._parts // ANSWERS_A_SLOT

    @property
    def state(self) -> Start:
        """Return where another process may begin."""
        if self._trial is None:
            return Start(self.limit, self._grows)
        _, parts, grew = self._trial
        return Start(parts // ANSWERS_A_SLOT, grew)

    def answered(self, latency: float, in_flight: int) -> None:
        """Learn from an answer that took `latency` (any unit) when it was one of `in_flight`."""
        # A limit that is not reached has nothing to prove.
        if self._trial is None and in_flight >= self.limit:
            self._parts = min(self._most, self._parts + (GROWTH * ANSWERS_A_SLOT if self._grows else 1))
        if self._skipped:
            self._skipped -= 1
            return
        self._latencies.append(latency)
        if len(self._latencies) >= self._window:
            self._look()
            self._latencies.clear()
            self._rejections = 0
            self._began = self.limit
            self._window = max(LEAST_WINDOW, self.limit if self._grows else 2 * self.limit)

    def rejected(self) -> None:
        """Learn that a request was turned away."""
        self._rejections += 1
        self._grows = self._grows and self._rejections * LUCK <= self._window
        self._parts = max(ANSWERS_A_SLOT, self._parts - ANSWERS_A_SLOT)

    def _look(self) -> None:
        typical = self.typical = median(self._latencies)
        was_steady, self._is_steady = self._is_steady, self.limit <= STEADY * self._began
        rate = (self._began + self.limit) / 2 / max(typical, _INSTANT)
        if self._trial is not None:
            before, parts, grew = self._trial
            self._trial = None
            if rate < KEPT * before:
                self._parts, self._grows, self._best = parts, grew, typical
        elif self._best and typical > SLOW * self._best and self.limit > 1:
            if not was_steady:  # answers sent while the load grew say nothing of the rate it brings
                return
            self._trial, self._skipped = (rate, self._parts, self._grows), self.limit  # those in flight were sent before the cut
            self._parts, self._grows = max(ANSWERS_A_SLOT, int(self._parts * CUT)), False
        else:
            self._best = min(self._best or typical, typical)
