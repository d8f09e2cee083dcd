"""The distributions of `scipy.stats`, drawn by inverse transform.

Their quantiles come from functions that change last bits from one kind of CPU to another, so values are rounded to 12 digits, and the
same rows are promised for one family of CPUs. `scipy.stats` takes a second to import: it is imported when a column asks for it.
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from resyn.errors import ResynError
from resyn.rng import Words
from resyn.rng.tables import UNITS, pick
from resyn.spec import Program

POOLS = ("numpy", "scipy")
"""The packages whose versions can change a value."""
MAX_TABLE = 2**20
"""How many values a discrete distribution may spread over."""
MAX_WHOLE = 2**53
"""Whole numbers beyond it are not told apart by the functions of a distribution."""
SLOW = {
    "argus": 1300,
    "dpareto_lognorm": 260,
    "exponnorm": 1200,
    "foldcauchy": 1500,
    "foldnorm": 1900,
    "gausshyper": 600,
    "genhyperbolic": 300,
    "geninvgauss": 400,
    "irwinhall": 450,
    "ksone": 450,
    "kstwo": 1400,
    "levy_stable": 100,
    "norminvgauss": 120,
    "recipinvgauss": 1400,
    "rel_breitwigner": 1000,
    "vonmises": 850,
    "vonmises_line": 1200,
}
"""Distributions that make fewer than 20,000 rows a second: about how many, with SciPy 1.17 on one core. All others make 80,000 and more."""
_UNUSABLE = {
    "poisson_binom": "its parameter is a list, and numbers are what can be given here",
    "studentized_range": "its ppf takes seconds for a row",
}
_TAIL = 1e-12
"""What is rarer than this is never drawn: 12 digits cannot tell it apart."""
_STEP = 2.0**-40


@dataclass(frozen=True, slots=True)
class Distribution:
    """Turn random words into values: int64 where `discrete`, else float64."""

    discrete: bool
    draw: Callable[[Words], npt.NDArray[Any]]


def distribution(name: str, params: Mapping[str, float]) -> Distribution:
    """Return a distribution of `scipy.stats`; to be had for the names in `names()` and what `parameters` says they take.

    Raises:
        ValueError: its values cannot be drawn with these parameters; a sentence without its subject.
    """
    from scipy import stats

    frozen = getattr(stats, name)(**params)
    if math.isnan(frozen.support()[0]):
        raise ValueError(f"are outside of what {name} is defined for")
    if not is_discrete(name):
        _require_finite_ends(frozen)
        return Distribution(discrete=False, draw=functools.partial(_quantiles, frozen))
    if not (loc := float(params.get("loc", 0))).is_integer():
        raise ValueError(f"need a whole number for 'loc', since {name} is discrete")
    first, thresholds = _table(frozen, int(loc))
    return Distribution(discrete=True, draw=lambda words: first + pick(words, thresholds))


@functools.cache
def names() -> Mapping[str, str]:
    """Return the name of every distribution that has random values → why it cannot be used, or ""."""
    from scipy import stats

    listed = {name: getattr(stats, name) for name in dir(stats) if not name.startswith("_") and hasattr(getattr(stats, name), "rvs")}
    kinds = {name: member for name, member in listed.items() if not isinstance(member, type)}
    return {name: _unusable(name, member) for name, member in kinds.items()}


def parameters(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the parameters that a distribution needs and those that it takes as well."""
    from scipy import stats

    shapes = getattr(stats, name).shapes
    return tuple(shapes.split(", ")) if shapes else (), ("loc",) if is_discrete(name) else ("loc", "scale")


def is_discrete(name: str) -> bool:
    """Return whether the values of a distribution are whole numbers."""
    from scipy import stats

    return isinstance(getattr(stats, name), stats.rv_discrete)


def advice(name: str) -> str:
    """Return what a person should know before drawing many values of a distribution, or ""."""
    if name not in SLOW:
        return ""
    return f"SciPy solves an equation for each value of {name}, about {SLOW[name]:,} rows a second; most distributions make 80,000 and more"


def pools() -> dict[str, str]:
    """Return the version of each package in `POOLS`."""
    return {name: version(name) for name in POOLS}


def require_same_versions(program: Program) -> None:
    """Check that values come out as they did when the program was compiled.

    Raises:
        ResynError: another version of a package is installed.
    """
    for name, installed in pools().items():
        if (planned := program.pools.get(name, installed)) != installed:
            raise ResynError(
                f"this plan was made with {name} {planned}, and {installed} is installed: a distribution may have other values",
                hint=f"run `pip install {name}=={planned}`, or `resyn plan` to take the new version",
            )


def _unusable(name: str, found: Any) -> str:
    from scipy import stats

    if not isinstance(found, stats.rv_continuous | stats.rv_discrete):
        return "it has no ppf, from which a row's value could be had alone"
    return _UNUSABLE.get(name, "")


def _require_finite_ends(frozen: Any) -> None:
    try:
        with _calm():
            ends = frozen.ppf([_STEP / 2, 1 - _STEP / 2])
    except (ValueError, ArithmeticError) as error:
        raise ValueError(f"cannot be used: SciPy says {str(error)!r}") from error
    if not np.isfinite(ends).all():
        raise ValueError(f"make {frozen.dist.name} reach beyond what a number can hold")


def _table(frozen: Any, origin: int) -> tuple[int, Words]:
    """Return the smallest value and the thresholds of the values from there on.

    A table rather than SciPy's ppf, which walks from value to value: 350 to 10,000 rows a second for nine of them, and endless in
    heavy tails.
    """
    low, high = frozen.support()
    start = int(low) if math.isfinite(low) else origin
    if abs(start) > MAX_WHOLE:
        raise ValueError(f"put {frozen.dist.name} beyond what a whole number can hold")
    size = 2**10
    while size <= MAX_TABLE:
        first = start if math.isfinite(low) else start - size // 2
        last = int(min(high, first + size - 1))
        with _calm():
            missed = frozen.cdf(first - 1) + frozen.sf(last)
            cumulative = np.cumsum(frozen.pmf(np.arange(first, last + 1)))
        if missed < _TAIL:
            return first, np.rint(cumulative / cumulative[-1] * UNITS).astype(np.uint64)
        size *= 2
    raise ValueError(f"let {frozen.dist.name} have more than {MAX_TABLE:,} values")


def _quantiles(frozen: Any, words: Words) -> npt.NDArray[np.float64]:
    """Return the quantile of the middle of one of 2^40 equal intervals for each word, correctly rounded to 12 digits."""
    with _calm():
        values = frozen.ppf(((words >> np.uint64(24)) + np.float64(0.5)) * _STEP)
    return np.array([float(f"{value:.11e}") for value in values.tolist()])


def _calm() -> warnings.catch_warnings[None]:
    """Silence SciPy where what comes out is looked at."""
    return warnings.catch_warnings(action="ignore")
