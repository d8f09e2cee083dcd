"""What a row is, whatever the config: seeds, samplers, conditions, skips and constraints mixed by hypothesis."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from resyn.columns.constraint import named
from resyn.columns.graph import inputs
from resyn.engine.compiled import compile_program
from resyn.errors import ConfigError
from resyn.seeds import prepare
from resyn.spec import Column, Constraint, Program, Seed, Skip, Source
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.sampler import ConditionalParams, Sampler
from resyn.spec.columns.seed_dataset import SeedDataset
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.gaussian import Gaussian
from resyn.spec.samplers.poisson import Poisson
from resyn.spec.samplers.uniform import Uniform
from resyn.spec.samplers.uuid import UUID

SEEDS, ROWS = 23, 80
Table = list[dict[str, Any]]

numbers = st.sampled_from([Uniform(low=0, high=10), Gaussian(mean=5, stddev=2), Poisson(mean=4), Category(values=(1, 5, 9), dtype="int")])
texts = st.sampled_from([Category(values=("a", "b", "c")), UUID(short_form=True)])
skips = st.none() | st.builds(
    Skip, when=st.sampled_from(["n0 > 5", "t0 == 'a'", "size % 3 == 0"]), value=st.sampled_from(["", '"-"']), propagate=st.booleans()
)
constraints = st.lists(
    st.sampled_from(
        [
            Constraint(target_columns=("n0",), operator="lt", rhs="7"),
            Constraint(target_columns=("n0",), operator="le", rhs_column="n1"),
            Constraint(target_columns=("n0", "n1"), operator="ge", rhs="6"),
            Constraint(target_columns=("t0",), operator="ne", rhs='"b"'),
            Constraint(expr="n1 < size or t0 == 'c' or n1 > 4"),
        ]
    ),
    max_size=3,
    unique=True,
)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Draw a program: two numbers and a text that conditions may name, a seed dataset, and expressions over what is there."""
    conditional = draw(st.sampled_from([(), (ConditionalParams(condition="t0 == 'a'", params=Uniform(low=2, high=9)),)]))
    columns: list[Column] = [
        SeedDataset(name="size"),
        Sampler(name="n0", params=draw(numbers)),
        Sampler(name="n1", params=Uniform(low=0, high=10), conditional_params=conditional),
        Sampler(name="t0", params=Category(values=("a", "b", "c"))),
        Sampler(name="t1", params=draw(texts)),
    ]
    for number in range(draw(st.integers(0, 3))):
        known = [column.name for column in columns]
        read = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
        columns.append(Expression(name=f"e{number}", expr="/".join(f"{{{{ {name} }}}}" for name in read), skip=draw(skips)))
    given = Seed(
        source=Source(path="seeds/x.csv"),
        content="",
        types={"size": "int64"},
        start=draw(st.integers(0, 3)),
        stop=draw(st.integers(4, SEEDS)),
        sampling_strategy=draw(st.sampled_from(["ordered", "shuffle"])),
        records_per_row=draw(st.integers(1, 3)),
    )
    fields: dict[str, Any] = {"name": "x", "seed": draw(st.integers(0, 99)), "draw": 0, "reference_date": "2026-01-01"}
    return Program(columns=tuple(columns), constraints=tuple(draw(constraints)), seed_dataset=given, **fields)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with seed rows."""
    root = tmp_path_factory.mktemp("project")
    (root / "seeds").mkdir()
    (root / "seeds/x.csv").write_text("size\n" + "".join(f"{row}\n" for row in range(SEEDS)))
    return root


def table(program: Program, root: Path, *cuts: int) -> Table:
    """Return the rows of a program, made in blocks that end at `cuts`."""
    assert program.seed_dataset
    ready = dataclasses.replace(program.seed_dataset, content=prepare(root, program.seed_dataset.source).content)
    compiled = compile_program(dataclasses.replace(program, seed_dataset=ready), root)
    rows: Table = []
    for start, stop in pairwise(sorted({0, ROWS, *cuts})):
        block = compiled.root_block(range(start, stop), 0)
        rows += pa.table([block[name] for name in compiled.schema.names], schema=compiled.schema).to_pylist()
    return rows


def whole(program: Program, root: Path) -> Table:
    """Return the rows made in one block; a program whose constraints cannot be met says nothing here."""
    try:
        return table(program, root)
    except ConfigError as error:
        assume("meets its constraints not once" not in str(error))
        raise


MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])


@MANY
@given(program=programs(), cuts=st.lists(st.integers(1, ROWS - 1), min_size=1, max_size=5))
def test_any_sequence_of_sizes_gives_the_same_rows(root: Path, program: Program, cuts: list[int]) -> None:
    """However a dataset was cut into batches and blocks, or grew."""
    assert table(program, root, *cuts) == whole(program, root)


@MANY
@given(program=programs(), data=st.data())
def test_another_column_moves_nothing_wherever_it_stands(root: Path, program: Program, data: st.DataObject) -> None:
    """One that is added, and those that are removed and nothing reads; in any order."""
    before = whole(program, root)
    read = {name for column in program.columns for name in inputs(column)} | {name for each in program.constraints for name in named(each)}
    removable = [column.name for column in program.columns if column.name not in {*read, "size", "n0", "n1"}]
    removed = data.draw(st.sets(st.sampled_from(removable)) if removable else st.just(set()), label="removed")
    added = data.draw(
        st.sampled_from(
            [
                Sampler(name="more", params=Uniform(low=0, high=1)),
                Expression(name="more", expr="{{ n0 }} {{ size }}", skip=Skip(when="n1 > 3")),
            ]
        )
    )
    columns = data.draw(st.permutations([added, *(column for column in program.columns if column.name not in removed)]), label="columns")
    after = table(dataclasses.replace(program, columns=tuple(columns)), root)
    kept = [name for name in before[0] if name not in removed]
    assert [{name: row[name] for name in kept} for row in after] == [{name: row[name] for name in kept} for row in before]


@MANY
@given(program=programs())
def test_a_renamed_column_keeps_its_values(root: Path, program: Program) -> None:
    """With its old name as `rng_name`, whatever names it: what is made of it stays as well."""
    before = whole(program, root)
    number = [column.name for column in program.columns].index("t1")
    old = program.columns[number]
    renamed = dataclasses.replace(old, name="new", rng_name=old.name)
    columns = [
        dataclasses.replace(column, expr=column.expr.replace("{{ t1 }}", "{{ new }}")) if isinstance(column, Expression) else column
        for column in program.columns
    ]
    columns[number] = renamed
    after = table(dataclasses.replace(program, columns=tuple(columns)), root)
    assert [{("t1" if name == "new" else name): value for name, value in row.items()} for row in after] == before
