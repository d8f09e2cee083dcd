"""How long the last retries keep a run from its end, when nothing else is left to send. Pure."""

from __future__ import annotations

import math

from resyn.models.retry import delay

_MOST_FAILURES = 10
_UNLIKELY = 1e-3


def expected_tail(starts: float, failing: float, answer: float, failure: float, wait: float = 0.0) -> float:
    """Return the seconds, to be expected, from the last answer to a request that never failed to the last answer of all.

    `starts` is requests begun a second until then, `failing` the share of attempts that fail, `answer` and `failure` the seconds that an
    attempt of either kind takes; an endpoint may have told to `wait` longer than would be waited untold. Requests that fail k times begin at a rate of `starts` x `failing`^k and are over C(k) later; none of
    them ends after t with probability exp(-rate x (C(k) - t)), and the expectation of the last end is the integral of the complement.
    """
    classes: list[tuple[float, float]] = []
    late = 0.0
    for failures in range(1, _MOST_FAILURES + 1):
        rate = starts * failing**failures
        late += failure + max(delay(failures, None, 0.5, answer), wait)
        if rate * late < _UNLIKELY:
            break
        classes.append((late, rate))
    expected, begin = 0.0, 0.0
    for number, (end, _) in enumerate(classes):
        falls = sum(rate for _, rate in classes[number:])
        height = sum(rate * over for over, rate in classes[number:])
        surely_over = (math.exp(falls * end - height) - math.exp(falls * begin - height)) / falls
        expected += end - begin - surely_over
        begin = end
    return expected
