"""Every sampler draws a row again where a constraint wants it."""

from __future__ import annotations

import pkgutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resyn.columns import samplers
from resyn.columns.condition import Condition
from resyn.engine.compiled import compile_program
from resyn.spec import Column, Constraint, Program
from resyn.spec.columns.sampler import ConditionalParams, Sampler
from resyn.spec.samplers import SamplerParams
from resyn.spec.samplers.bernoulli import Bernoulli
from resyn.spec.samplers.bernoulli_mixture import BernoulliMixture
from resyn.spec.samplers.binomial import Binomial
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.datetime import Datetime
from resyn.spec.samplers.gaussian import Gaussian
from resyn.spec.samplers.person import Person
from resyn.spec.samplers.person_from_faker import PersonFromFaker
from resyn.spec.samplers.poisson import Poisson
from resyn.spec.samplers.scipy import Scipy
from resyn.spec.samplers.subcategory import Subcategory
from resyn.spec.samplers.timedelta import Timedelta
from resyn.spec.samplers.uniform import Uniform
from resyn.spec.samplers.uuid import UUID

UNIT = Uniform(low=0, high=1)
FILE = Person(locale="en_US", path="seeds/persons.parquet", fields=(("first_name", "string"), ("last_name", "string"), ("age", "int64")))
CASES: dict[str, tuple[SamplerParams, str]] = {
    "category": (Category(values=("a", "b", "c")), "value == 'a'"),
    "subcategory": (Subcategory(category="parent", values={"x": ("a", "b"), "y": ("c", "d")}), "value in ['a', 'c']"),
    "uniform": (UNIT, "value > 0.5"),
    "gaussian": (Gaussian(mean=1, stddev=2), "value > 2"),
    "bernoulli": (Bernoulli(p=0.3), "value == 1"),
    "bernoulli_mixture": (BernoulliMixture(p=0.5, dist_name="expon", dist_params={"scale": 3}), "value > 1"),
    "binomial": (Binomial(n=40, p=0.3), "value > 12"),
    "poisson": (Poisson(mean=4.5), "value > 4"),
    "scipy": (Scipy(dist_name="gamma", dist_params={"a": 2}), "value > 2"),
    "timedelta": (Timedelta(dt_min=0, dt_max=100, reference_column_name="opened", unit="D"), "value > '2024-03'"),
    "datetime": (Datetime(start="2024-01-01", end="2025-01-01", unit="m"), "value > '2024-07'"),
    "uuid": (UUID(), "value < '8'"),
    "person": (FILE, "value.age > 50"),
    "person_from_faker": (PersonFromFaker(locale="it_IT"), "value.sex == 'Male' and value.age > 40"),
}
CONDITIONAL = (ConditionalParams(condition="parent == 'x'", params=Uniform(low=1, high=2)),)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a file of persons."""
    root = tmp_path_factory.mktemp("project")
    (root / "seeds").mkdir()
    people = [{"first_name": f"A{row}", "last_name": "B", "age": row % 100} for row in range(300)]
    pq.write_table(pa.Table.from_pylist(people), root / FILE.path)
    return root


def rows_of(value: Sampler, root: Path, *constraints: Constraint, rows: range = range(200)) -> list[dict[str, Any]]:
    """Return rows of the column and what it may look at."""
    columns: tuple[Column, ...] = (
        Sampler(name="parent", params=Category(values=("x", "y"))),
        Sampler(name="opened", params=Datetime(start="2024-01-01", end="2024-02-01", unit="D")),
        value,
    )
    program = Program(name="d", seed=7, draw=0, reference_date="2026-01-01", columns=columns, constraints=constraints)
    block = compile_program(program, root).root_block(rows, 0)
    listed: list[dict[str, Any]] = pa.table(block).to_pylist()
    return listed


@pytest.mark.parametrize(
    ("value", "condition"),
    [
        *(pytest.param(Sampler(name="value", params=params), condition, id=name) for name, (params, condition) in CASES.items()),
        pytest.param(Sampler(name="value", params=UNIT, conditional_params=CONDITIONAL), "value % 1 > 0.5", id="conditional_params"),
        pytest.param(Sampler(name="value", params=UNIT, convert_to="str"), "value > '0.5'", id="convert_to"),
    ],
)
def test_a_constraint_draws_again_what_violates_it(value: Sampler, condition: str, root: Path) -> None:
    """It holds in every row; a row that held before is as it was; the others are not all alike; blocks do not matter."""
    constraint = Constraint(expr=condition)
    free, held = rows_of(value, root), rows_of(value, root, constraint)
    holds = Condition(condition).holds_for
    assert all(holds(number, row) is True for number, row in enumerate(held))
    changed = [number for number, row in enumerate(free) if not holds(number, row)]
    assert 40 < len(changed) < 180
    assert [number for number, (before, after) in enumerate(zip(free, held, strict=True)) if before != after] == changed
    assert len({str(held[number]["value"]) for number in changed}) > 1 or value.params.sampler_type in ("bernoulli", "category")
    assert rows_of(value, root, constraint, rows=range(90, 130)) == held[90:130]
    assert [(row["parent"], row["opened"]) for row in held] == [(row["parent"], row["opened"]) for row in free]


def test_every_sampler_is_here() -> None:
    """A new sampler type fails here until it is drawn again."""
    assert {found.name for found in pkgutil.iter_modules(samplers.__path__) if not found.ispkg} == CASES.keys()
