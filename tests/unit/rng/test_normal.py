"""The normal quantile and its logarithm, against SciPy and NumPy."""

from __future__ import annotations

import numpy as np
from scipy import special

from resyn.rng import Stream
from resyn.rng.normal import Floats, log, quantile, standard_normal

PROBABILITIES: Floats = np.concatenate(
    [np.exp(np.linspace(-700, -0.001, 100_000)), np.linspace(0.001, 0.999, 99_998), 2.0 ** -np.arange(2, 54), 1 - 2.0 ** -np.arange(2, 54)]
)


def test_the_quantile_is_within_2e_15_of_scipy() -> None:
    """Relative, from the middle to the far tails."""
    assert np.max(np.abs(quantile(PROBABILITIES) / special.ndtri(PROBABILITIES) - 1)) < 2e-15


def test_the_logarithm_is_that_of_numpy_to_two_ulp() -> None:
    """Each of the two is allowed one."""
    expected = np.log(PROBABILITIES)
    assert np.max(np.abs(log(PROBABILITIES) - expected) / np.spacing(np.abs(expected))) <= 2


def test_the_quantile_is_odd() -> None:
    """Both tails are the same curve."""
    quarters = np.arange(1, 2**10, dtype=np.float64) * np.float64(2.0**-11)
    assert np.array_equal(quantile(quarters), -quantile(1 - quarters))
    assert quantile(np.array([0.5]))[0] == 0


def test_the_bits_are_the_same_everywhere() -> None:
    """Frozen values from the middle, a tail and a far tail: any CPU must repeat them."""
    assert [value.hex() for value in quantile(np.array([0.3, 0.01, 1e-12]))] == [
        "-0x1.0c7e39582c5fap-1",
        "-0x1.29c5c4630ff0ep+1",
        "-0x1.c234fba57a32ap+2",
    ]
    assert standard_normal(np.array([0, 2**64 - 1], dtype=np.uint64)).tolist() == [
        -float.fromhex("0x1.06b48528cea51p+3"),
        float.fromhex("0x1.06b48528cea51p+3"),
    ]


def test_every_word_is_a_finite_number() -> None:
    """Neither 0 nor 1 is ever looked up."""
    words = Stream(5).word(range(100_000), 0)
    assert np.isfinite(standard_normal(words)).all()
