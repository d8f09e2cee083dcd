"""The distributions of scipy.stats by inverse transform."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import numpy as np
import pytest
from scipy import stats
from scipy.stats import _distr_params as examples

from resyn.columns import distribution
from resyn.errors import ResynError
from resyn.rng import Stream
from resyn.spec import Program
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.scipy import Scipy

QUICK = [
    (name, dict(zip(distribution.parameters(name)[0], map(float, shapes), strict=True)))
    for name, shapes in (*examples.distcont, *examples.distdiscrete)
    if isinstance(name, str) and not distribution.names()[name] and name not in distribution.SLOW
]


@pytest.mark.parametrize(("name", "params"), QUICK, ids=[name for name, _ in QUICK])
def test_every_distribution_is_drawn_from(name: str, params: dict[str, float]) -> None:
    """With the parameters that SciPy tests it with: 2,000 values fit it, and are whole numbers where it is discrete."""
    drawn = distribution.distribution(name, params)
    values = drawn.draw(Stream(11).word(range(2000), 0))
    assert drawn.discrete == np.issubdtype(values.dtype, np.integer) == isinstance(getattr(stats, name), stats.rv_discrete)
    cumulative = getattr(stats, name)(**params).cdf
    points = np.unique(values)
    found = np.searchsorted(np.sort(values), points, side="right") / len(values)
    assert np.max(np.abs(found - cumulative(points))) < 1.95 / np.sqrt(len(values))  # Kolmogorov-Smirnov, p = 0.001


def test_values_have_12_digits() -> None:
    """As many as most CPUs agree on."""
    values = distribution.distribution("lognorm", {"s": 5.0}).draw(Stream(3).word(range(500), 0))
    assert values.tolist() == [float(f"{value:.12g}") for value in values]
    assert values.max() / values.min() > 1e9


def test_what_has_no_ppf_cannot_be_used() -> None:
    """The 17 that draw vectors and matrices; and two that take too long or a list."""
    unusable = {name: why for name, why in distribution.names().items() if why}
    assert sum("no ppf" in why for why in unusable.values()) == 17
    assert {name for name, why in unusable.items() if "no ppf" not in why} == {"studentized_range", "poisson_binom"}


def test_what_is_slow_is_said() -> None:
    """Every distribution that SciPy has no formula for, with the rows a second to expect."""
    solved = {name for name, why in distribution.names().items() if not why and _has_no_formula(name)}
    assert solved <= set(distribution.SLOW) <= set(distribution.names())
    assert "about 1,200 rows a second" in distribution.advice("exponnorm")
    assert distribution.advice("norm") == ""


def _has_no_formula(name: str) -> bool:
    found = getattr(stats, name)
    return isinstance(found, stats.rv_continuous) and type(found)._ppf is stats.rv_continuous._ppf


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("gamma", {"a": -1.0}, "are outside of what gamma is defined for"),
        ("norm", {"scale": 0.0}, "are outside of what norm is defined for"),
        ("lognorm", {"s": 200.0}, "make lognorm reach beyond what a number can hold"),
        pytest.param(
            *("norminvgauss", {"a": 1.0, "b": 0.0}, "cannot be used: SciPy says"),
            marks=pytest.mark.skipif(metadata.version("scipy") >= "1.18", reason="SciPy 1.18, of Python 3.12 and later, can draw it"),
        ),
        ("binom", {"n": 9.0, "p": 0.5, "loc": 0.5}, "need a whole number for 'loc', since binom is discrete"),
        ("zipf", {"a": 1.5}, "let zipf have more than 1,048,576 values"),
        ("poisson", {"mu": 1e12}, "let poisson have more than 1,048,576 values"),
        ("randint", {"low": 1e300, "high": 2e300}, "put randint beyond what a whole number can hold"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(name: str, params: dict[str, float], words: str) -> None:
    """Before a row is drawn."""
    with pytest.raises(ValueError, match=words):
        distribution.distribution(name, params)


def test_another_version_than_the_plans_is_refused() -> None:
    """Values could differ in their last digits, and nothing else would tell."""
    pools = distribution.pools()
    assert set(pools) == {"numpy", "scipy"}
    column = Sampler(name="x", params=Scipy(dist_name="norm"))
    program = Program(name="d", seed=7, draw=0, reference_date="2026-01-01", columns=(column,), pools=pools | {"scipy": "0.1"})
    with pytest.raises(ResynError, match=r"made with scipy 0\.1") as raised:
        distribution.require_same_versions(program)
    assert "pip install scipy==0.1" in raised.value.hint


def test_scipy_is_imported_only_where_a_distribution_is_drawn_from() -> None:
    """Its import takes a second."""
    code = "import sys, resyn.columns.distribution, resyn.columns.samplers.scipy, resyn.config; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
