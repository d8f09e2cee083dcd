"""Each sampler has the distribution it says, at a fixed seed; and the test would notice another."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy import stats

from resyn.columns import samplers
from resyn.spec.samplers import SamplerParams
from resyn.spec.samplers.bernoulli import Bernoulli
from resyn.spec.samplers.bernoulli_mixture import BernoulliMixture
from resyn.spec.samplers.binomial import Binomial
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.datetime import Datetime
from resyn.spec.samplers.gaussian import Gaussian
from resyn.spec.samplers.person_from_faker import PersonFromFaker
from resyn.spec.samplers.poisson import Poisson
from resyn.spec.samplers.scipy import Scipy
from resyn.spec.samplers.subcategory import Subcategory
from resyn.spec.samplers.timedelta import Timedelta
from resyn.spec.samplers.uniform import Uniform
from resyn.spec.samplers.uuid import UUID

Draw = Callable[..., pa.Array]

ROWS = 20_000
Fit = Callable[[pa.Array], float]
"""Values → p-value."""


def counts(shares: Mapping[Any, float]) -> Fit:
    """Compare how often each value is there with its share (chi-square)."""

    def fit(values: pa.Array) -> float:
        found = {item["values"]: item["counts"] for item in values.value_counts().to_pylist()}
        if not found.keys() <= shares.keys():
            return 0.0
        observed = [found.get(value, 0) for value in shares]
        return float(stats.chisquare(observed, np.array(list(shares.values())) * len(values)).pvalue)

    return fit


def continuous(distribution: Any) -> Fit:
    """Compare the empirical distribution function (Kolmogorov-Smirnov)."""
    return lambda values: float(stats.kstest(values.to_numpy(), distribution.cdf).pvalue)


def discrete(distribution: Any) -> Fit:
    """Compare the counts that are expected five times or more, and the rest as one."""
    probability = {count: float(distribution.pmf(count)) for count in range(200)}
    common = {count: share for count, share in probability.items() if share * ROWS >= 5}

    def fit(values: pa.Array) -> float:
        found = [count if count in common else -1 for count in values.to_pylist()]
        return counts({-1: 1 - sum(common.values())} | common)(pa.array(found))

    return fit


def mixed(share: float, distribution: Any) -> Fit:
    """Compare how many values are not 0 with their share, and those with a continuous distribution: the lesser of two p-values."""

    def fit(values: pa.Array) -> float:
        drawn = values.filter(pc.not_equal(values, 0))
        return min(float(stats.binomtest(len(drawn), len(values), share).pvalue), continuous(distribution)(drawn))

    return fit


DAYS = [str(day) for day in np.arange("2024-02-25", "2024-03-06", dtype="datetime64[D]")]
CASES = [
    (
        Category(values=("a", "b", "c"), weights=(1, 2, 5)),
        counts({"a": 0.125, "b": 0.25, "c": 0.625}),
        counts({"a": 0.14, "b": 0.25, "c": 0.61}),
    ),
    (Category(values=(1, 2, 3), dtype="int"), counts({1: 1 / 3, 2: 1 / 3, 3: 1 / 3}), counts({1: 0.31, 2: 1 / 3, 3: 0.69 - 1 / 3})),
    (Subcategory(category="p", values={"x": ("a", "b")}), counts({"a": 0.5, "b": 0.5}), counts({"a": 0.475, "b": 0.525})),
    (Uniform(low=-2, high=5), continuous(stats.uniform(-2, 7)), continuous(stats.uniform(-2, 7.2))),
    (Gaussian(mean=3, stddev=2), continuous(stats.norm(3, 2)), continuous(stats.norm(3.1, 2))),
    (Bernoulli(p=0.1), counts({0: 0.9, 1: 0.1}), counts({0: 0.885, 1: 0.115})),
    (Poisson(mean=4.5), discrete(stats.poisson(4.5)), discrete(stats.poisson(4.65))),
    (Poisson(mean=60), discrete(stats.poisson(60)), discrete(stats.poisson(60.5))),
    (Binomial(n=12, p=0.3), discrete(stats.binom(12, 0.3)), discrete(stats.binom(12, 0.31))),
    (Binomial(n=90, p=0.9), discrete(stats.binom(90, 0.9)), discrete(stats.binom(90, 0.895))),
    (
        BernoulliMixture(p=0.25, dist_name="expon", dist_params={"scale": 3}),
        mixed(0.25, stats.expon(0, 3)),
        mixed(0.25, stats.expon(0, 3.3)),
    ),
    (BernoulliMixture(p=0.25, dist_name="expon", dist_params={"scale": 3}), mixed(0.25, stats.expon(0, 3)), mixed(0.27, stats.expon(0, 3))),
    (Scipy(dist_name="gamma", dist_params={"a": 2, "loc": 1}), continuous(stats.gamma(2, 1)), continuous(stats.gamma(2.1, 1))),
    (Scipy(dist_name="nbinom", dist_params={"n": 5, "p": 0.4}), discrete(stats.nbinom(5, 0.4)), discrete(stats.nbinom(5, 0.41))),
    (Scipy(dist_name="skellam", dist_params={"mu1": 90, "mu2": 4}), discrete(stats.skellam(90, 4)), discrete(stats.skellam(91, 4))),
    (
        Timedelta(dt_min=1, dt_max=5, reference_column_name="day"),
        counts({f"{day}T00:00:00": 0.25 for day in DAYS[1:5]}),
        counts({f"{day}T00:00:00": 0.2 for day in DAYS[:5]}),
    ),
    (
        Datetime(start=DAYS[0], end="2024-03-06"),
        counts({f"{day}T00:00:00": 0.1 for day in DAYS}),
        counts({f"{day}T00:00:00": 1 / 9 for day in DAYS[1:]}),
    ),
]


@pytest.mark.parametrize(("params", "right", "wrong"), CASES, ids=lambda case: getattr(case, "sampler_type", ""))
def test_values_have_the_distribution_and_no_other(draw: Draw, params: SamplerParams, right: Fit, wrong: Fit) -> None:
    """At this seed the right parameters are likely, and ones a little off are not."""
    values = draw(params, range(ROWS), columns={"p": pa.repeat("x", ROWS), "day": pa.repeat(f"{DAYS[0]}T00:00:00", ROWS)})
    assert right(values) > 0.01
    assert wrong(values) < 1e-5


def test_uuid_digits_are_all_equally_likely(draw: Draw) -> None:
    """But for the two that say version and variant."""
    digits = np.array([list(value) for value in draw(UUID(), range(2000)).to_pylist()])
    assert counts(dict.fromkeys("0123456789abcdef", 1 / 16))(pa.array(np.delete(digits, [12, 16], axis=1).ravel())) > 0.01
    assert counts(dict.fromkeys("89ab", 1 / 4))(pa.array(digits[:, 16])) > 0.01
    skewed = {digit: (1.05 if digit < "8" else 0.95) / 16 for digit in "0123456789abcdef"}
    assert counts(skewed)(pa.array(np.delete(digits, [12, 16], axis=1).ravel())) < 1e-5


def test_short_uuids_are_spread_evenly(draw: Draw) -> None:
    """Every digit of a permutation is as likely as the others."""
    digits = pa.array([digit for value in draw(UUID(short_form=True), range(5000)).to_pylist() for digit in value])
    assert counts(dict.fromkeys("0123456789abcdef", 1 / 16))(digits) > 0.01


def test_places_round_a_distribution_and_change_it_no_further(draw: Draw) -> None:
    """Uniform numbers of one place: the two ends are half as likely as those between."""
    values = draw(Uniform(low=0, high=1, decimal_places=1), range(ROWS))
    shares = {round(tenth / 10, 1): 0.1 for tenth in range(1, 10)} | {0.0: 0.05, 1.0: 0.05}
    assert counts(shares)(values) > 0.01
    assert counts(dict.fromkeys(shares, 1 / 11))(values) < 1e-5


def test_rows_are_independent_of_those_before_them(draw: Draw) -> None:
    """Neighbours, attempts and columns have no correlation; a value that leaned on the one before would show."""
    values, again, other = (
        draw(Uniform(low=0, high=1), range(ROWS), **more).to_numpy() for more in ({}, {"attempt": 1}, {"name": "other"})
    )
    assert stats.spearmanr(values[1:], values[:-1]).pvalue > 0.01
    assert stats.spearmanr(values, again).pvalue > 0.01
    assert stats.spearmanr(values, other).pvalue > 0.01
    assert stats.spearmanr(values[1:], 0.95 * values[1:] + 0.05 * values[:-1]).pvalue < 1e-5


def test_every_sampler_has_a_fit() -> None:
    """Of `person` and `person_from_faker` see below, and the tests of files of persons."""
    fitted = {params.sampler_type for params, _, _ in CASES}
    files = {module.name for module in pkgutil.iter_modules(samplers.__path__) if not module.ispkg}
    assert files - fitted == {"person", "person_from_faker", "uuid"}


def test_persons_follow_the_weights_of_their_locale(draw: Draw) -> None:
    """Sexes and ages are equally likely; names as likely as Faker's data say."""
    from faker.providers.person.en_US import Provider

    persons = draw(PersonFromFaker(age_range=(20, 29)), range(ROWS))
    assert counts({"Male": 0.5, "Female": 0.5})(persons.field("sex")) > 0.01
    assert counts(dict.fromkeys(range(20, 30), 0.1))(persons.field("age")) > 0.01
    adult_life = {"marital_status": 5, "education_level": 6}
    assert all(
        counts(dict.fromkeys(persons.field(name).unique().to_pylist(), 1 / size))(persons.field(name)) > 0.01
        for name, size in adult_life.items()
    )
    assert counts({"Male": 0.48, "Female": 0.52})(persons.field("sex")) < 1e-5
    weights = dict(Provider.last_names)
    total = sum(weights.values())
    assert counts({name: weight / total for name, weight in weights.items()})(persons.field("last_name")) > 0.01
    assert counts({name: 1 / len(weights) for name in weights})(persons.field("last_name")) < 1e-5
