"""A column's values depend on no other column but those it reads: over generated configs."""

from __future__ import annotations

import dataclasses
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from resyn.engine.compiled import compile_program
from resyn.spec import Column, Program
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.sampler import ConditionalParams, Sampler
from resyn.spec.samplers import SamplerParams
from resyn.spec.samplers.bernoulli import Bernoulli
from resyn.spec.samplers.binomial import Binomial
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.datetime import Datetime
from resyn.spec.samplers.gaussian import Gaussian
from resyn.spec.samplers.person_from_faker import PersonFromFaker
from resyn.spec.samplers.poisson import Poisson
from resyn.spec.samplers.subcategory import Subcategory
from resyn.spec.samplers.timedelta import Timedelta
from resyn.spec.samplers.uniform import Uniform
from resyn.spec.samplers.uuid import UUID

NAMES = [f"c{number}" for number in range(8)]
numbers = st.floats(-1e6, 1e6)
chances = st.floats(0, 1)
LISTS = {"x": ("a", "b", "c"), "y": ("d",)}

alone: st.SearchStrategy[SamplerParams] = st.one_of(
    st.builds(Category, values=st.just(("x", "y")), weights=st.sampled_from([(), (1.0, 3.0)])),
    st.builds(lambda low, width: Uniform(low=low, high=low + width), numbers, st.floats(0, 1e6)),
    st.builds(Gaussian, mean=numbers, stddev=st.floats(0, 1e6), decimal_places=st.sampled_from([None, 0, 3])),
    st.builds(Bernoulli, p=chances),
    st.builds(Binomial, n=st.integers(0, 60), p=chances),
    st.builds(Poisson, mean=st.floats(0, 50)),
    st.builds(Datetime, start=st.just("2024-01-01"), end=st.just("2025-06-01"), unit=st.sampled_from("YMDhms")),
    st.builds(UUID, prefix=st.sampled_from(["", "id-"]), short_form=st.booleans()),
    st.builds(PersonFromFaker, locale=st.just("de_DE"), sex=st.sampled_from(["", "Female"])),
)


@st.composite
def configs(draw: st.DrawFn) -> list[Column]:
    """Return some columns, each of which may read those before it, in any order."""
    made: list[Column] = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=2, unique=True)):
        made.append(draw(_column(name, made)))
    return draw(st.permutations(made))


@st.composite
def _column(draw: st.DrawFn, name: str, before: list[Column]) -> Column:
    of_kind: dict[type, list[str]] = {}
    for column in before:
        of_kind.setdefault(type(column.params) if isinstance(column, Sampler) else Expression, []).append(column.name)
    choices: list[st.SearchStrategy[Any]] = [st.builds(Sampler, name=st.just(name), params=alone)]
    if categories := of_kind.get(Category):
        parents = st.sampled_from(categories)
        choices.append(st.builds(lambda parent: Sampler(name=name, params=Subcategory(category=parent, values=LISTS)), parents))
        choices.append(st.builds(lambda parent: Sampler(name=name, params=Poisson(mean=1), conditional_params=_if(parent)), parents))
    if moments := of_kind.get(Datetime):
        after = st.builds(lambda to: Timedelta(dt_min=0, dt_max=9, reference_column_name=to, unit="s"), st.sampled_from(moments))
        choices.append(st.builds(Sampler, name=st.just(name), params=after))
    if before:
        read = st.lists(st.sampled_from([column.name for column in before]), min_size=1, max_size=2)
        choices.append(st.builds(lambda names: Expression(name=name, expr=" ".join(f"{{{{ {read} }}}}" for read in names)), read))
    return draw(st.one_of(choices))  # type: ignore[no-any-return]


def _if(parent: str) -> tuple[ConditionalParams, ...]:
    return (ConditionalParams(condition=f"{parent} == 'x'", params=Poisson(mean=20)),)


def values(columns: list[Column], rows: range = range(40)) -> dict[str, pa.Array]:
    """Return what every column holds."""
    program = Program(name="d", seed=7, draw=0, reference_date="2026-01-01", columns=tuple(columns))
    return compile_program(program).root_block(rows, attempt=0)


def needed(column: Column, columns: list[Column]) -> set[str]:
    """Return the columns that one reads, near or far, and itself."""
    from resyn.columns.graph import inputs

    by_name = {each.name: each for each in columns}
    return {column.name}.union(*(needed(by_name[name], columns) for name in inputs(column)))


@settings(deadline=None, max_examples=60)
@given(configs(), st.data())
def test_columns_that_come_go_or_change_their_names_move_nothing(columns: list[Column], data: st.DataObject) -> None:
    """A column with those it reads, alone or among any others in any order, holds what it holds in the whole config."""
    whole = values(columns)
    kept = data.draw(st.sampled_from(columns), label="kept")
    reads = needed(kept, columns)
    beside = [column for column in columns if column.name not in reads]
    others = [data.draw(_column(f"new{number}", []), label="another") for number in range(data.draw(st.integers(0, 2)))]
    readless = [column for column in beside if needed(column, columns) == {column.name}]
    renamed = [dataclasses.replace(column, name=f"{column.name}_renamed") for column in readless]
    fewer = data.draw(st.permutations([*(column for column in columns if column.name in reads), *others, *renamed]), label="order")
    found = values(fewer)
    assert all(found[name] == whole[name] for name in reads)


@settings(deadline=None, max_examples=20)
@given(configs(), st.integers(0, 39), st.integers(0, 39))
def test_blocks_move_nothing(columns: list[Column], start: int, stop: int) -> None:
    """Rows computed apart are those of the whole."""
    whole = values(columns)
    part = values(columns, range(start, max(start, stop)))
    assert all(part[name] == array[start : max(start, stop)] for name, array in whole.items())


@settings(deadline=None, max_examples=20)
@given(configs(), st.data())
def test_a_renamed_column_keeps_its_values_under_its_old_random_name(columns: list[Column], data: st.DataObject) -> None:
    """Where no other reads it."""
    read = set().union(*(needed(column, columns) - {column.name} for column in columns))
    free = [column for column in columns if column.name not in read]
    chosen = data.draw(st.sampled_from(free), label="renamed")
    after = [dataclasses.replace(column, name="z", rng_name=column.name) if column is chosen else column for column in columns]
    assert values(after)["z"] == values(columns)[chosen.name]
