"""Row groups do not depend on how the rows arrive."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from resyn.export.formats import find_writer
from resyn.export.rows import read_groups
from support.finished import TYPES, row

ROWS = pa.Table.from_pylist([row(index) for index in range(60)], schema=TYPES)
NAMES = TYPES.names[1:]


def written(folder: Path, cuts: list[int]) -> bytes:
    """Return the Parquet of 60 rows that arrive in files cut at `cuts`."""
    files = []
    for start, stop in itertools.pairwise([0, *cuts, 60]):
        files.append(folder / f"{start}.parquet")
        pq.write_table(ROWS.slice(start, stop - start), files[-1], row_group_size=7)
    schema = pa.schema([TYPES.field(name) for name in NAMES])
    with find_writer("parquet")(folder / "out", schema) as append:
        for group in read_groups(files, NAMES, size=16):
            append(group.cast(schema))
    return (folder / "out").read_bytes()


@given(st.sets(st.integers(1, 59), max_size=8))
@settings(max_examples=25, deadline=None)
def test_the_bytes_are_the_same_however_the_rows_are_cut(cuts: set[int]) -> None:
    """Any cut into files gives the Parquet of one file."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as cut:
        assert written(Path(cut), sorted(cuts)) == written(Path(one), [])


def test_groups_are_full_but_for_the_last(tmp_path: Path) -> None:
    """A group begins and ends inside files and across them, each column in one piece."""
    for start in (0, 30):
        pq.write_table(ROWS.slice(start, 30), tmp_path / f"{start}.parquet")

    groups = list(read_groups([tmp_path / "0.parquet", tmp_path / "30.parquet"], ["note", "ticket_id"], size=16))

    assert [group.num_rows for group in groups] == [16, 16, 16, 12]
    assert all(column.num_chunks == 1 for group in groups for column in group.columns)
    assert pa.concat_tables(groups)["ticket_id"].to_pylist() == ROWS["ticket_id"].to_pylist()


def test_a_column_named_like_a_field_of_another_is_read_as_itself(tmp_path: Path) -> None:
    """Parquet's column paths cannot tell `a.b` from field b of a."""
    table = pa.table({"a": [{"b": 1}], "a.b": [2]})
    pq.write_table(table, tmp_path / "x.parquet")

    assert next(read_groups([tmp_path / "x.parquet"], ["a.b"])).to_pylist() == [{"a.b": 2}]
    assert next(read_groups([tmp_path / "x.parquet"], ["a"])).to_pylist() == [{"a": {"b": 1}}]
