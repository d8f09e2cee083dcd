"""How long the last answers keep a run from its end, when nothing else is left to send. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

from resyn.models.retry import delay

_MOST_FAILURES = 10
_UNLIKELY = 1e-3


def lives(took: Sequence[float], failing: float, starts: float, wait: float = 0.0) -> list[tuple[float, float]]:
    """Return how long requests take, their retries and waits included, and the share of those that do, in order of length.

    `took` is a sample of the seconds that attempts take, `failing` the share of them that fail, `starts` the requests begun a second: what
    happens less than once in a thousand ends is left out. An endpoint may have told to `wait` longer than is waited untold.
    """
    if not took:
        return []
    usual, late, share = fmean(took), 0.0, (1 - failing) / len(took)
    whole = [(seconds, share) for seconds in took]
    for failures in range(1, _MOST_FAILURES + 1):
        share *= failing
        late += usual + max(delay(failures, None, 0.5, usual), wait)
        if share * len(took) * starts * late < _UNLIKELY:
            break
        whole += [(late + seconds, share) for seconds in took]
    return sorted(whole)


def expected_tail(starts: float, shares: Sequence[tuple[float, float]]) -> float:
    """Return the seconds, to be expected, from the moment the last request begins to the one the last is answered.

    `starts` is requests begun a second until then, `shares` how long they take, in order. Those still open after t are Poisson with mean
    starts x E[(duration - t)+], which is linear between two of the durations; the expectation is the integral of the probability that
    one is open.
    """
    expected, open_then = 0.0, starts * sum(seconds * share for seconds, share in shares)
    ending = starts * sum(share for _, share in shares)
    for (begin, share), (end, _) in pairwise([(0.0, 0.0), *shares]):
        ending -= starts * share
        open_now = max(0.0, open_then - ending * (end - begin))
        none_open = (math.exp(-open_now) - math.exp(-open_then)) / ending if ending > 0 else (end - begin) * math.exp(-open_now)
        expected += end - begin - none_open
        open_then = open_now
    return expected
