"""Persons from a file."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy import stats

from resyn.columns.protocol import Block
from resyn.columns.sampler import build
from resyn.columns.samplers import person
from resyn.columns.samplers.persons.file import rows_by_number, types_of
from resyn.errors import ResynError
from resyn.spec import Program, decode, encode
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.person import Person

ROWS = 1000
FIELDS = (("first_name", "string"), ("last_name", "string"), ("sex", "string"), ("age", "int64"), ("city", "string"), ("region", "string"))
PARAMS = Person(locale="en_US", path="seeds/personas/en_US.parquet", fields=FIELDS)
Make = Callable[..., pa.Array]


def record(row: int) -> dict[str, Any]:
    """Return the person in a row of the file: every field tells the row."""
    sex, city = ("Male", "Female")[row % 2], ("Boston", "Salem", "Reno")[row % 3]
    person = {"first_name": f"Ann{row}", "last_name": f"Öz{row}", "sex": sex, "age": row % 100, "city": city}
    return person | {"region": "NV" if city == "Reno" else "MA", "persona": f"text {row}"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a file of persons in many row groups."""
    root = tmp_path_factory.mktemp("project")
    path = root / PARAMS.path
    path.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([record(row) for row in range(ROWS)]), path, row_group_size=70)
    return root


@pytest.fixture(scope="module")
def make(root: Path) -> Make:
    """Draw persons."""

    def make(rows: range = range(500), params: Person = PARAMS, attempt: int = 0, **program: Any) -> pa.Array:
        column = Sampler(name="who", params=params)
        fields: dict[str, Any] = {"name": "d", "seed": 7, "draw": 0, "reference_date": "2026-01-01", "columns": (column,)}
        built = build(column, decode(Program, encode(Program(**(fields | program)))), root)
        drawn = built.compute(Block(rows=rows, attempt=attempt))
        assert drawn.type == built.arrow_type
        return drawn

    return make


def test_persons_are_whole_rows_of_the_file(make: Make) -> None:
    """With what Data Designer makes beside them: locale, birth date, email; and an American's region is called state."""
    for found in make().to_pylist():
        row = int(found["first_name"][3:])
        expected = record(row)
        assert {name: found[name] for name in ("first_name", "last_name", "sex", "age", "city")} == {
            name: expected[name] for name in ("first_name", "last_name", "sex", "age", "city")
        }
        assert found["state"] == expected["region"]
        assert found["locale"] == "en_US"
        assert found["email_address"].split("@")[0].startswith(("ann", "a"))
        assert f"oz{row}" in found["email_address"]
        assert 18 <= found["age"] <= 114
        assert int(found["birth_date"][:4]) in {2026 - found["age"], 2025 - found["age"]}
        assert "persona" not in found


def test_every_person_that_fits_is_as_likely_and_no_other_comes(make: Make) -> None:
    """Filters on sex, cities, ages and any column of the file."""
    params = dataclasses.replace(
        PARAMS, sex="Female", city=("Boston", "Reno"), age_range=(20, 40), select_field_values={"region": ("MA", "XX")}
    )
    fits = {
        row for row in range(ROWS) if record(row)["sex"] == "Female" and record(row)["city"] == "Boston" and 20 <= record(row)["age"] <= 40
    }
    drawn = [int(name[3:]) for name in make(range(4000), params).field("first_name").to_pylist()]
    assert set(drawn) == fits
    assert stats.chisquare([drawn.count(row) for row in sorted(fits)]).pvalue > 0.01
    assert (
        stats.chisquare(
            [drawn.count(row) for row in sorted(fits)], [4000 / len(fits) * (1.15 - 0.3 * (n < len(fits) / 2)) for n in range(len(fits))]
        ).pvalue
        < 1e-5
    )


def test_blocks_of_any_size_hold_the_same_persons(make: Make) -> None:
    """Whatever the block and the order; another attempt, another person."""
    whole = make(range(300))
    for rows in (range(0), range(7, 8), range(120, 300)):
        assert make(rows) == whole[rows.start : rows.stop]
    assert make(range(300), attempt=1) != whole


def test_another_file_than_the_plans_is_refused(make: Make, root: Path) -> None:
    """Its content is what rows depend on."""
    pools = person.pools_in(PARAMS, root)
    assert make(pools=pools) == make()
    with pytest.raises(ResynError, match=r"seeds/personas/en_US\.parquet is not the file that this plan was made with"):
        make(pools=dict.fromkeys(pools, "sha256:0"))
    with pytest.raises(ResynError, match=r"gone\.parquet cannot be read"):
        make(params=dataclasses.replace(PARAMS, path="seeds/gone.parquet"))
    with pytest.raises(ResynError, match="holds no person that fits"):
        make(params=dataclasses.replace(PARAMS, city=("Atlantis",)))


def test_a_batch_reads_neither_the_whole_file_nor_hashes_it_again(make: Make, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one writes the rows so that they can be taken by number; where that is gone, it is written again."""
    monkeypatch.setattr("time.time_ns", lambda: 2**62)
    first = make(pools=person.pools_in(PARAMS, root))
    reads: list[str] = []

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any, **more: Any) -> Any:
            reads.append(name)
            return function(*args, **more)

        return counting

    monkeypatch.setattr("hashlib.file_digest", counted("hash", hashlib.file_digest))
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", counted("rows", pq.ParquetFile.iter_batches))
    assert make(pools=person.pools_in(PARAMS, root)) == first
    assert not reads
    for derived in (root / ".resyn/seeds").glob("*.arrow"):
        derived.unlink()
    assert make() == first
    assert reads == ["rows"]


def test_types_of_a_file_become_those_of_a_person(tmp_path: Path) -> None:
    """Whatever width and encoding a writer chose; what no person can have has no name."""
    columns = {
        "a": pa.array(["x"], pa.large_string()),
        "b": pa.array(["x"]).dictionary_encode(),
        "c": pa.array([1], pa.int16()),
        "d": pa.array([1], pa.float32()),
        "e": pa.array([["x"]], pa.large_list(pa.large_string())),
        "f": pa.array([b"x"]),
    }
    pq.write_table(pa.table(columns), tmp_path / "x.parquet")
    assert types_of(tmp_path / "x.parquet") == {"a": "string", "b": "string", "c": "int64", "d": "double", "e": "list<string>", "f": ""}
    rows = rows_by_number(tmp_path, "x.parquet", tuple(types_of(tmp_path / "x.parquet").items())[:5])
    assert rows.take(np.array([0])).to_pylist() == [{"a": "x", "b": "x", "c": 1, "d": 1.0, "e": ["x"]}]
