"""Discrete distributions as tables of 53-bit integers: exact, and the same on every CPU."""

from __future__ import annotations

import bisect
import decimal
import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from resyn.rng.stream import Words

UNITS = 2**53
"""A probability is a whole number of these parts."""

_DIGITS = decimal.Context(prec=40, rounding=decimal.ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999)


def pick(words: Words, thresholds: Words) -> npt.NDArray[np.int64]:
    """Return, for each word, how many of the rising thresholds its high 53 bits have reached."""
    return np.searchsorted(thresholds, words >> np.uint64(11), side="right")


def threshold(probability: float) -> Words:
    """Return the one threshold that a word stays below with this probability."""
    numerator, denominator = probability.as_integer_ratio()
    return np.array([_rounded(UNITS * numerator, denominator)], dtype=np.uint64)


def weighted(weights: Sequence[float]) -> Words:
    """Return the thresholds of choices with these weights, which need not add up to 1; the arithmetic is in integers.

    The last entry is `UNITS`, which no word reaches. A weight of 0 is never picked.
    """
    ratios = [weight.as_integer_ratio() for weight in weights]
    scale = max(denominator for _, denominator in ratios)  # all are powers of two
    reached = list(itertools.accumulate(numerator * (scale // denominator) for numerator, denominator in ratios))
    return np.array([_rounded(UNITS * part, reached[-1]) for part in reached], dtype=np.uint64)


def poisson(mean: float) -> tuple[int, Words]:
    """Return the smallest count that is ever drawn and the thresholds of the counts from there on.

    In decimal arithmetic of 40 digits, whose results are specified to the digit: no `exp` of the C library is asked. Takes one
    microsecond a unit of the mean; `resyn.spec.samplers.poisson.MAX_MEAN` is the largest that is meant to be used.
    """
    with decimal.localcontext(_DIGITS):
        return _reached(_poisson_parts(decimal.Decimal(mean)))


def binomial(trials: int, probability: float) -> tuple[int, Words]:
    """Return the smallest count that is ever drawn and the thresholds of the counts from there on, exact like those of `poisson`.

    Takes one microsecond a unit of the mean, so ask for the rarer outcome; `resyn.spec.samplers.binomial.MAX_MEAN` is the largest that
    is meant to be used.
    """
    with decimal.localcontext(_DIGITS):
        return _reached(_binomial_parts(trials, decimal.Decimal(probability)))


def _reached(parts: Iterator[int]) -> tuple[int, Words]:
    """Return the table of the cumulative parts, but for the counts that no word can pick."""
    rising = list(itertools.takewhile(lambda part: part < UNITS, parts))
    first = bisect.bisect_right(rising, 0)
    return first, np.array([*rising[first:], UNITS], dtype=np.uint64)


def _poisson_parts(mean: decimal.Decimal) -> Iterator[int]:
    """Yield the cumulative probability of 0, 1, 2 … in parts of 2^-53."""
    probability = (-mean).exp()
    cumulative = probability
    for count in itertools.count(1):
        yield int((cumulative * UNITS).to_integral_value())
        probability = probability * mean / count
        cumulative += probability


def _binomial_parts(trials: int, success: decimal.Decimal) -> Iterator[int]:
    """Yield the cumulative probability of 0 … trials - 1 in parts of 2^-53; `success` is below 1."""
    failure = 1 - success
    probability = (failure.ln() * trials).exp()
    cumulative = probability
    for count in range(trials):
        yield int((cumulative * UNITS).to_integral_value())
        probability = probability * (trials - count) / (count + 1) * success / failure
        cumulative += probability


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
