"""What a row's value does not depend on, for every sampler."""

from __future__ import annotations

import hashlib
import json
import pkgutil
import subprocess
import sys
from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resyn.columns import samplers
from resyn.spec import Program, encode
from resyn.spec.columns.sampler import Sampler
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

EVERY = [
    Category(values=("a", "b", "c"), weights=(1, 2, 3)),
    Subcategory(category="parent", values={"x": ("a", "b", "c"), "y": ("d", "e")}),
    Uniform(low=-1, high=3),
    Gaussian(mean=1, stddev=2),
    Bernoulli(p=0.3),
    BernoulliMixture(p=0.5, dist_name="expon", dist_params={"scale": 3}),
    Binomial(n=40, p=0.3),
    Poisson(mean=4.5),
    Scipy(dist_name="gamma", dist_params={"a": 2}),
    Timedelta(dt_min=1, dt_max=90, reference_column_name="opened", unit="m"),
    Datetime(start="2024-01-01", end="2025-01-01", unit="m"),
    UUID(prefix="id-"),
    PersonFromFaker(locale="it_IT"),
]
every_sampler = pytest.mark.parametrize("params", EVERY, ids=lambda params: params.sampler_type)

IN_ANOTHER_PROCESS = """
import hashlib, json, sys
from resyn.columns.protocol import Block
from resyn.columns.sampler import build
from resyn.spec import Program, decode
import pyarrow as pa
program = decode(Program, json.load(sys.stdin))
parent = {"parent": pa.array(["x", "y"] * 50), "opened": pa.array(["2024-02-28T22:00:00"] * 100)}
for column in program.columns:
    drawn = build(column, program).compute(Block(rows=range(100), columns=parent))
    print(hashlib.sha256(repr(drawn.to_pylist()).encode()).hexdigest())
"""


def parents(rows: range) -> dict[str, pa.Array]:
    """Return the columns that subcategories and time differences look at."""
    parent = pa.array(["x" if row % 2 == 0 else "y" for row in rows], pa.string())
    return {"parent": parent, "opened": pa.repeat("2024-02-28T22:00:00", len(rows))}


@every_sampler
@settings(deadline=None)
@given(data=st.data())
def test_blocks_of_any_size_hold_the_same_rows(draw: Draw, params: SamplerParams, data: st.DataObject) -> None:
    """Rows 0 … n - 1 do not depend on the batch size, on the order of batches or on the number of records."""
    whole = draw(params, range(200), columns=parents(range(200)))
    start, stop = sorted((data.draw(st.integers(0, 200)), data.draw(st.integers(0, 200))))
    assert draw(params, range(start, stop), columns=parents(range(start, stop))) == whole[start:stop]


@every_sampler
def test_another_attempt_draws_other_values(draw: Draw, params: SamplerParams) -> None:
    """A row that is redrawn does not repeat the request that failed."""
    first, second = (draw(params, range(200), attempt=attempt, columns=parents(range(200))) for attempt in (0, 1))
    assert first != second


@every_sampler
def test_another_seed_or_column_name_draws_other_values(draw: Draw, params: SamplerParams) -> None:
    """Two columns of one kind are independent."""
    drawn = [draw(params, range(200), columns=parents(range(200)), **more) for more in ({}, {"seed": 8}, {"name": "other"})]
    assert drawn[0] != drawn[1] != drawn[2] != drawn[0]


@every_sampler
def test_a_renamed_column_can_keep_its_values(draw: Draw, params: SamplerParams) -> None:
    """`rng_name` is what keys are made from."""
    columns = parents(range(50))
    assert draw(params, range(50), columns=columns, name="new", rng_name="value") == draw(params, range(50), columns=columns)


def test_columns_beside_it_and_the_process_move_nothing(draw: Draw) -> None:
    """Another process, with another hash seed, draws every column of one program as this one draws each alone."""
    columns = tuple(Sampler(name=f"c{number}", params=params) for number, params in enumerate(EVERY))
    program = Program(name="d", seed=7, draw=0, reference_date="2026-01-01", columns=columns)
    drawn = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS],
        input=json.dumps(encode(program)),
        env={"PYTHONHASHSEED": "12345"},
        capture_output=True,
        check=True,
        text=True,
    )
    alone = [draw(params, range(100), name=f"c{number}", columns=parents(range(100))).to_pylist() for number, params in enumerate(EVERY)]
    assert drawn.stdout.split() == [hashlib.sha256(repr(values).encode()).hexdigest() for values in alone]


def test_a_block_without_rows_has_the_columns_type(draw: Draw) -> None:
    """The last block of a batch can be empty."""
    for params in EVERY:
        assert len(draw(params, range(0), columns=parents(range(0)))) == 0


def test_every_sampler_type_is_tested_here() -> None:
    """A new file in `columns/samplers` belongs in the list above; `person`, which needs a file, has tests of its own."""
    files = {module.name for module in pkgutil.iter_modules(samplers.__path__) if not module.ispkg}
    assert files == {params.sampler_type for params in EVERY} | {"person"}
