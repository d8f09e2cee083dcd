"""Which seed row each row gets, and reading it."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resyn.engine.compiled import compile_program
from resyn.errors import ConfigError
from resyn.rng import Stream
from resyn.seeds import open_seed, prepare
from resyn.seeds.prepared import derived
from resyn.seeds.reader import seed_rows
from resyn.spec import Column, Constraint, Program, Seed, Source
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.sampler import Sampler
from resyn.spec.columns.seed_dataset import SeedDataset
from resyn.spec.samplers.uniform import Uniform

SEEDS = 200


def seed(**fields: Any) -> Seed:
    """Return a seed dataset that is nowhere."""
    given: dict[str, Any] = {"source": Source(path="seeds/x.csv"), "content": "sha256:0", "types": {}, "start": 0, "stop": SEEDS}
    return Seed(**(given | fields))


def drawn(given: Seed, rows: range) -> list[int]:
    """Return the seed rows of rows."""
    found: list[int] = seed_rows(given, Stream(7), rows).tolist()
    return found


def test_ordered_seeds_go_round() -> None:
    """From the first that is selected to the last, then again; several rows of each where that is asked for."""
    assert drawn(seed(start=3, stop=6), range(5)) == [3, 4, 5, 3, 4]
    assert drawn(seed(start=3, stop=6, records_per_row=2), range(1, 8)) == [3, 4, 4, 5, 5, 3, 3]


@given(size=st.integers(1, 300), each=st.integers(1, 3), cuts=st.lists(st.integers(0, 900), max_size=6), passes=st.integers(1, 3))
def test_no_shuffled_seed_row_comes_twice_before_all_came_once(size: int, each: int, cuts: list[int], passes: int) -> None:
    """Whatever the sizes a dataset grew through: each extension goes on where the one before ended."""
    given = seed(start=5, stop=5 + size, sampling_strategy="shuffle", records_per_row=each)
    rows = size * each * passes
    ends = sorted({0, rows, *(cut for cut in cuts if cut < rows)})
    found = [row for start, stop in pairwise(ends) for row in drawn(given, range(start, stop))]
    for number in range(passes):
        once = found[number * size * each : (number + 1) * size * each : each]
        assert sorted(once) == list(range(5, 5 + size))
    assert found == [row for row in found[::each] for _ in range(each)]


def test_each_pass_over_a_shuffled_seed_has_an_order_of_its_own() -> None:
    """And so has another dataset, seed or draw."""
    given = seed(sampling_strategy="shuffle")
    passes = drawn(given, range(SEEDS * 3))
    orders = {tuple(passes[start : start + SEEDS]) for start in (0, SEEDS, 2 * SEEDS)}
    orders.add(tuple(seed_rows(given, Stream(8), range(SEEDS)).tolist()))
    assert len(orders) == 4
    assert tuple(range(SEEDS)) not in orders


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return a program over a seed dataset in three files of several sizes."""
    (tmp_path / "seeds").mkdir()
    for number, (start, stop) in enumerate(((0, 50), (50, 51), (51, SEEDS))):
        table = pa.table({"id": pa.array(range(start, stop)), "name": [f"n{row}" for row in range(start, stop)]})
        pq.write_table(table, tmp_path / f"seeds/{number}.parquet", row_group_size=20)
    source = Source(path="seeds/*.parquet")
    prepared = prepare(tmp_path, source)
    columns: tuple[Column, ...] = (
        SeedDataset(name="id"),
        SeedDataset(name="name"),
        Expression(name="label", expr="{{ name }}!"),
        Sampler(name="x", params=Uniform(low=0, high=1)),
    )
    given = Seed(source=source, content=prepared.content, types=prepared.types, start=0, stop=SEEDS, sampling_strategy="shuffle")
    return Program(name="x", seed=1, draw=0, reference_date="2026-01-01", columns=columns, seed_dataset=given)


def test_seed_columns_are_of_one_row(tmp_path: Path, program: Program) -> None:
    """Whatever block they are read in, over files, row groups and passes."""
    compiled = compile_program(program, tmp_path)
    whole = pa.table(compiled.root_block(range(2 * SEEDS), 0)).to_pylist()
    assert all(row["name"] == f"n{row['id']}" and row["label"] == f"n{row['id']}!" for row in whole)
    assert sorted(row["id"] for row in whole[:SEEDS]) == list(range(SEEDS))
    for start, stop in ((0, 1), (7, 190), (150, 333), (400, 400)):
        assert pa.table(compiled.root_block(range(start, stop), 0)).to_pylist() == whole[start:stop]


def test_a_row_that_is_drawn_again_keeps_its_seed_row(tmp_path: Path, program: Program) -> None:
    """In another attempt, and for a constraint that compares to it."""
    from dataclasses import replace

    before = compile_program(program, tmp_path).root_block(range(SEEDS), 0)
    again = compile_program(program, tmp_path).root_block(range(SEEDS), 3)
    assert again["id"] == before["id"]
    assert again["x"] != before["x"]
    held = compile_program(replace(program, constraints=(Constraint(expr="x * 200 < id + 20"),)), tmp_path).root_block(range(SEEDS), 0)
    assert held["id"] == before["id"]
    assert all(x * 200 < number + 20 for x, number in zip(held["x"].to_pylist(), held["id"].to_pylist(), strict=True))


def test_rows_that_are_ready_to_read_can_be_made_again(tmp_path: Path, program: Program) -> None:
    """From the same files; what has changed or gone since the plan is an error that says so."""
    assert program.seed_dataset
    before = open_seed(program, tmp_path).column("id", range(20))
    derived(tmp_path, program.seed_dataset.content).unlink()
    assert open_seed(program, tmp_path).column("id", range(20)) == before
    shutil.rmtree(tmp_path / "seeds")
    assert open_seed(program, tmp_path).column("id", range(20)) == before
    derived(tmp_path, program.seed_dataset.content).unlink()
    with pytest.raises(ConfigError, match=r"seeds/\*.parquet: the seed dataset is gone"):
        open_seed(program, tmp_path)
    (tmp_path / "seeds").mkdir()
    pq.write_table(pa.table({"id": [1], "name": ["x"]}), tmp_path / "seeds/0.parquet")
    with pytest.raises(ConfigError, match="has changed since it was planned"):
        open_seed(program, tmp_path)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, SEEDS - 1), min_size=1, max_size=50))
def test_any_rows_in_any_order_are_read_right(tmp_path_factory: pytest.TempPathFactory, wanted: list[int]) -> None:
    """Over the batches of the file."""
    root = tmp_path_factory.getbasetemp() / "ordered"
    if not root.exists():
        (root / "seeds").mkdir(parents=True)
        (root / "seeds/a.csv").write_text("id\n" + "".join(f"{row}\n" for row in range(SEEDS)))
    prepared = prepare(root, Source(path="seeds/a.csv"))
    given = Seed(source=Source(path="seeds/a.csv"), content=prepared.content, types=prepared.types, start=0, stop=SEEDS)
    reader = open_seed(Program(name="x", seed=1, draw=0, reference_date="", columns=(), seed_dataset=given), root)
    assert reader._rows.take(np.array(wanted)).column("id").to_pylist() == wanted
