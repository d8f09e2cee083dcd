"""What is said about samplers that work, and do not work well."""

from __future__ import annotations

from resyn.columns.advice import advice_on
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.sampler import ConditionalParams, Sampler
from resyn.spec.samplers.bernoulli_mixture import BernoulliMixture
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.scipy import Scipy


def test_a_slow_distribution_is_named_with_its_column_once() -> None:
    """Whether it is drawn from always, sometimes or under a condition."""
    slow = Scipy(dist_name="levy_stable", dist_params={"alpha": 1.8, "beta": -0.5})
    columns = [
        Sampler(name="a", params=slow, conditional_params=(ConditionalParams(condition="d == 'x'", params=slow),)),
        Sampler(name="b", params=Scipy(dist_name="norm"), conditional_params=(ConditionalParams(condition="d == 'x'", params=slow),)),
        Sampler(name="c", params=BernoulliMixture(p=0.5, dist_name="vonmises", dist_params={"kappa": 2})),
        Sampler(name="d", params=Category(values=("x",))),
        Expression(name="e", expr="{{ d }}"),
    ]
    assert [sentence.split(",")[0] for sentence in advice_on(columns)] == [
        "column 'a': SciPy solves an equation for each value of levy_stable",
        "column 'b': SciPy solves an equation for each value of levy_stable",
        "column 'c': SciPy solves an equation for each value of vonmises",
    ]
