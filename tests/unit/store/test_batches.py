"""Batch files: bytes that depend on the rows alone, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resyn.store.batches import BatchWriter, read_identity

SCHEMA = pa.schema(
    [
        ("__row", pa.int64()),
        ("text", pa.string()),
        ("tags", pa.list_(pa.string())),
        ("score", pa.float64()),
        ("who", pa.struct([("name", pa.string()), ("age", pa.int32())])),
    ]
)


def rows(count: int) -> pa.Table:
    """Return rows with nulls, empty lists and repeated values."""
    records = [
        {
            "__row": number,
            "text": None if number % 11 == 5 else f"text {number % 13}" * (number % 40),
            "tags": [f"tag {tag}" for tag in range(number % 4)],
            "score": None if number % 7 == 0 else number / 3,
            "who": None if number % 9 == 0 else {"name": f"n{number}", "age": None if number % 5 == 0 else number},
        }
        for number in range(count)
    ]
    return pa.Table.from_pylist(records, schema=SCHEMA)


def write(path: Path, tables: Sequence[pa.Table], row_group_size: int = 5000) -> bytes:
    """Write a batch and return its bytes."""
    with BatchWriter(path, SCHEMA, "sha256:abc", range(40, 140), row_group_size=row_group_size) as batch:
        for table in tables:
            batch.write(table)
    return path.read_bytes()


@given(cuts=st.lists(st.integers(0, 300), max_size=12), chunked=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_do_not_depend_on_how_rows_arrive(tmp_path: Path, cuts: list[int], chunked: bool) -> None:
    """Whole, in pieces, in pieces of pieces or empty ones: the same file, with row groups of exactly the size asked for."""
    table = rows(300)
    edges = sorted([0, *cuts, 300])
    pieces = [table.slice(start, end - start) for start, end in pairwise(edges)]
    arriving = [pa.concat_tables(pieces)] if chunked else pieces
    assert write(tmp_path / "pieces.parquet", arriving, row_group_size=64) == write(tmp_path / "whole.parquet", [table], row_group_size=64)
    footer = pq.read_metadata(tmp_path / "pieces.parquet")
    assert [footer.row_group(at).num_rows for at in range(footer.num_row_groups)] == [64, 64, 64, 64, 44]
    assert pq.read_table(tmp_path / "pieces.parquet").equals(table)


def test_a_batch_says_what_made_it(tmp_path: Path) -> None:
    """Fingerprint, range, version and the number of rows come back, also of a batch with rows missing or none at all."""
    write(tmp_path / "some.parquet", [rows(60)])
    identity = read_identity(tmp_path / "some.parquet")
    assert identity
    assert (identity.fingerprint, identity.rows, identity.count, identity.version) == ("sha256:abc", range(40, 140), 60, "1")
    assert pq.read_metadata(tmp_path / "some.parquet").metadata[b"resyn.range"] == b"40-140"
    write(tmp_path / "none.parquet", [])
    empty = read_identity(tmp_path / "none.parquet")
    assert empty
    assert empty.count == 0
    assert pq.read_table(tmp_path / "none.parquet").schema.equals(SCHEMA)


@pytest.mark.parametrize("keep", [0, 3, 100, -1])
def test_a_torn_file_has_no_identity(tmp_path: Path, keep: int) -> None:
    """A file cut anywhere reads as absent, and so do one that is not there and one that is not ours."""
    path = tmp_path / "b00000.parquet"
    write(path, [rows(100)])
    os.truncate(path, keep if keep >= 0 else path.stat().st_size + keep)
    assert read_identity(path) is None
    assert read_identity(tmp_path / "absent.parquet") is None
    pq.write_table(rows(3), tmp_path / "theirs.parquet")
    assert read_identity(tmp_path / "theirs.parquet") is None


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_boom_leaves_the_earlier_batch(tmp_path: Path, after: int) -> None:
    """Whenever writing stops, the folder holds what it held before and no temporary file."""
    path = tmp_path / "b00000.parquet"
    before = write(path, [rows(10)])
    boom = RuntimeError("boom")

    def interrupted() -> None:
        with BatchWriter(path, SCHEMA, "sha256:def", range(100), row_group_size=50) as batch:
            for _ in range(after):
                batch.write(rows(40))
            raise boom

    with pytest.raises(RuntimeError, match="boom"):
        interrupted()
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_rows_of_another_schema_are_refused(tmp_path: Path) -> None:
    """A batch takes its own columns only, and begins with the row index."""
    with pytest.raises(ValueError, match="was written to a batch"):
        write(tmp_path / "b00000.parquet", [rows(3).drop_columns("score")])
    with pytest.raises(ValueError, match="__row"):
        BatchWriter(tmp_path / "b00000.parquet", pa.schema([("text", pa.string())]), "", range(1))
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_batch(tmp_path: Path) -> None:
    """A batch of many row groups is on disk as it is written: what waits in memory stays a few row groups."""
    table = rows(500)  # half a row group
    pa.default_memory_pool().release_unused()
    before = pa.total_allocated_bytes()
    most = 0
    with BatchWriter(tmp_path / "b00000.parquet", SCHEMA, "", range(50_000), row_group_size=1000) as batch:
        for _ in range(100):
            batch.write(table)
            most = max(most, pa.total_allocated_bytes() - before)
    assert most < 8 * table.nbytes


def test_only_columns_that_repeat_themselves_have_a_dictionary(tmp_path: Path) -> None:
    """At any depth; one of different values costs more time and space with it. The first row group decides."""
    kinds = {"same": pa.array(["a", "b"] * 50), "other": pa.array([f"{number}" for number in range(100)])}
    columns = {"__row": pa.array(range(100)), **kinds, "inside": pa.StructArray.from_arrays(list(kinds.values()), list(kinds))}
    table = pa.table(columns | {"lists": pa.array([["x"]] * 100), "nothing": pa.nulls(100)})
    with BatchWriter(tmp_path / "b00000.parquet", table.schema, "", range(100), row_group_size=50) as batch:
        batch.write(table)
    group = pq.read_metadata(tmp_path / "b00000.parquet").row_group(1)
    written = {group.column(at).path_in_schema: "RLE_DICTIONARY" in group.column(at).encodings for at in range(group.num_columns)}
    expected = {"__row": False, "same": True, "other": False, "inside.same": True, "inside.other": False}
    assert written == expected | {"lists.list.element": True, "nothing": False}
    assert pq.read_table(tmp_path / "b00000.parquet").equals(table)


def test_a_batch_can_have_no_rows(tmp_path: Path) -> None:
    """Where all are missing."""
    assert write(tmp_path / "b00000.parquet", []) == write(tmp_path / "again.parquet", [rows(0)])
    assert pq.read_table(tmp_path / "b00000.parquet").num_rows == 0
