"""The data pools of a program's columns."""

from __future__ import annotations

from importlib import metadata

from resyn.columns.pools import pools_of
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.sampler import ConditionalParams, Sampler
from resyn.spec.samplers.bernoulli_mixture import BernoulliMixture
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.person_from_faker import PersonFromFaker
from resyn.spec.samplers.scipy import Scipy


def test_each_pool_that_columns_draw_from_is_named_once() -> None:
    """By what it is, with a digest of what it holds."""
    columns = [
        Sampler(name="a", params=PersonFromFaker(locale="de_DE")),
        Sampler(name="b", params=PersonFromFaker(locale="de_DE", sex="Male")),
        Sampler(name="c", params=PersonFromFaker(locale="ja_JP")),
        Sampler(name="d", params=Category(values=("x",))),
        Expression(name="e", expr="{{ d }}"),
    ]
    found = pools_of(columns)
    assert found.keys() == {"faker:de_DE", "faker:ja_JP"}
    assert all(digest.startswith("sha256:") and len(digest) == 71 for digest in found.values())
    assert found["faker:de_DE"] != found["faker:ja_JP"]


def test_a_distribution_of_scipy_comes_with_its_versions() -> None:
    """Also where it is drawn from under a condition only, and nowhere else."""
    plain = PersonFromFaker(locale="de_DE")
    conditional = (ConditionalParams(condition="d == 'x'", params=PersonFromFaker(locale="ja_JP")),)
    assert pools_of([Sampler(name="a", params=plain, conditional_params=conditional)]).keys() == {"faker:de_DE", "faker:ja_JP"}
    versions = {"numpy": metadata.version("numpy"), "scipy": metadata.version("scipy")}
    for params in (Scipy(dist_name="norm"), BernoulliMixture(p=0.5, dist_name="norm")):
        assert pools_of([Sampler(name="a", params=params)]) == versions


def test_columns_that_need_no_pool_have_none() -> None:
    """And no data is loaded for them."""
    assert pools_of([Sampler(name="d", params=Category(values=("x",)))]) == {}
