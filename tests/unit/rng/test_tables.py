"""Integer thresholds of discrete distributions."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from resyn.rng.tables import UNITS, binomial, pick, poisson, threshold, weighted
from resyn.spec.samplers import binomial as binomial_spec
from resyn.spec.samplers.poisson import MAX_MEAN


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6, allow_subnormal=True), min_size=1, max_size=20).filter(any))
def test_thresholds_are_the_exact_cumulative_weights(weights: list[float]) -> None:
    """To half a part in 2^53, whatever the weights add up to."""
    total = sum(map(Fraction, weights))
    reached = Fraction(0)
    for weight, found in zip(weights, weighted(weights).tolist(), strict=True):
        reached += Fraction(weight)
        assert abs(found - reached / total * UNITS) <= Fraction(1, 2)


def test_a_weight_of_zero_is_never_picked() -> None:
    """Not even by the smallest and the largest word."""
    words = np.array([0, 2**63, 2**64 - 1], dtype=np.uint64)
    assert pick(words, weighted([0, 1, 0, 1, 0])).tolist() == [1, 3, 3]


@pytest.mark.parametrize(("probability", "expected"), [(0.0, [0]), (0.5, [2**52]), (1.0, [2**53])])
def test_a_probability_is_a_threshold(probability: float, expected: list[int]) -> None:
    """0 is never, 1 is always."""
    assert threshold(probability).tolist() == expected


@pytest.mark.parametrize("mean", [1e-9, 0.5, 3.0, 250.0, 5000.5])
def test_the_poisson_table_is_the_distribution(mean: float) -> None:
    """Within SciPy's own error."""
    first, thresholds = poisson(mean)
    expected = stats.poisson.cdf(np.arange(first, first + len(thresholds)), mean)
    assert np.max(np.abs(thresholds / UNITS - expected)) < 1e-12


def test_a_poisson_mean_of_zero_is_always_zero() -> None:
    """The table has one entry, which no word reaches."""
    first, thresholds = poisson(0.0)
    assert (first, thresholds.tolist()) == (0, [UNITS])


def test_the_largest_poisson_mean_has_a_small_table() -> None:
    """It holds the counts that are ever drawn, not those from 0 on."""
    first, thresholds = poisson(MAX_MEAN)
    assert 0.97 * MAX_MEAN < first < first + len(thresholds) < 1.03 * MAX_MEAN


@settings(deadline=None)
@given(st.integers(0, 30), st.floats(0, 0.5))
def test_the_binomial_table_is_the_distribution_to_the_digit(trials: int, probability: float) -> None:
    """As fractions give it, to half a part in 2^53; what lies outside of the table is never reached."""
    first, thresholds = binomial(trials, probability)
    success = Fraction(probability)
    chances = [math.comb(trials, count) * success**count * (1 - success) ** (trials - count) for count in range(trials + 1)]
    reached = [UNITS * part for part in itertools.accumulate(chances)]
    found = [0] * first + thresholds.tolist() + [UNITS] * (trials + 1 - first - len(thresholds))
    assert all(abs(part - exact) <= Fraction(1, 2) + Fraction(1, 10**20) for part, exact in zip(found, reached, strict=True))


def test_the_largest_binomial_mean_has_a_small_table() -> None:
    """Whatever the number of trials: it holds the counts that are ever drawn."""
    mean = binomial_spec.MAX_MEAN
    for trials in (int(2 * mean), 10**12):
        first, thresholds = binomial(trials, mean / trials)
        assert 0.97 * mean < first < first + len(thresholds) < 1.03 * mean
        expected = stats.binom.cdf(np.arange(first, first + len(thresholds)), trials, mean / trials)
        assert np.max(np.abs(thresholds / UNITS - expected)) < 1e-6  # SciPy's own error at 10^12 trials
