"""What export writes, and that its bytes depend on the rows alone."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from resyn.errors import ConfigError, MissingRows, ResynError
from resyn.export import export
from support.finished import COLUMNS, FinishedProject, row

ALL = {"formats": ("parquet", "jsonl", "csv")}
FILES = ("train.parquet", "train.jsonl", "train.csv", "README.md", "rows.json")


def content(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_rows_come_in_row_order_and_columns_in_config_order(finished: FinishedProject) -> None:
    """The dataset is the planned rows without `__row`."""
    result = export(finished.finish(60, 20))

    table = pq.read_table(result.files[0])
    assert result.rows == 60
    assert table.column_names == list(result.columns) == [column.name for column in COLUMNS]
    assert table.to_pylist() == [{name: value for name, value in row(index).items() if name != "__row"} for index in range(60)]


def test_an_extended_and_recut_dataset_is_byte_for_byte_the_one_made_at_once(finished: FinishedProject) -> None:
    """60 → 65 rows in batches of 20, then 100 in batches of 30, end with the files of 100 rows in one batch."""
    finished.finish(60, 20, export=ALL)
    export(finished.project)
    shorter = content(finished.project.dataset)
    export(finished.finish(65, 20, export=ALL))
    export(finished.finish(100, 30, export=ALL))
    extended = content(finished.project.dataset)

    export(finished.finish(100, 100, export=ALL))

    assert set(extended) == set(FILES)
    assert content(finished.project.dataset) == extended
    assert extended["train.jsonl"].startswith(shorter["train.jsonl"])


def test_parquet_metadata_names_nothing_that_varies(finished: FinishedProject) -> None:
    """Neither the identity nor the range of a batch reaches the dataset's Parquet."""
    (file, *_) = export(finished.finish()).files

    assert set(pq.read_metadata(file).metadata) == {b"ARROW:schema"}
    assert pq.read_schema(file).metadata is None
    assert b"resyn.range" not in file.read_bytes()


def test_dropped_columns_are_left_out_of_every_file(finished: FinishedProject) -> None:
    """`export: drop:` names columns that were needed on the way only."""
    result = export(finished.finish(export={**ALL, "drop": ("customer", "note")}))

    assert not {"customer", "note"} & set(result.columns)
    for name in FILES:
        assert b"customer" not in (finished.project.dataset / name).read_bytes()


def test_files_of_formats_no_longer_asked_for_go(finished: FinishedProject) -> None:
    """An export by hand leaves the folder as DVC, which empties it first, would."""
    export(finished.finish(export=ALL))
    export(finished.finish(export={"formats": ("jsonl",)}))

    assert set(content(finished.project.dataset)) == {"train.jsonl", "README.md", "rows.json"}


def test_an_unknown_format_is_refused_before_anything_is_written(finished: FinishedProject) -> None:
    """The message names the formats there are."""
    with pytest.raises(ConfigError, match=r"no export format 'xlsx'\n.*csv, jsonl, parquet"):
        export(finished.finish(export={"formats": ("parquet", "xlsx")}))
    assert not finished.project.dataset.exists()


def test_dropping_every_column_is_refused(finished: FinishedProject) -> None:
    """A dataset without a column is a slip in the config."""
    with pytest.raises(ConfigError, match="drops every column"):
        export(finished.finish(export={"drop": tuple(column.name for column in COLUMNS)}))


def test_without_a_plan_the_error_names_the_command(finished: FinishedProject) -> None:
    """`resyn export` in a fresh folder says what comes first."""
    with pytest.raises(ConfigError, match="resyn plan"):
        export(finished.project)


def test_a_damaged_batch_leaves_the_earlier_dataset_whole(finished: FinishedProject) -> None:
    """One flipped byte in the last batch is found, named, and the files of the last export stay."""
    export(finished.finish())
    before = content(finished.project.dataset)
    damaged = finished.project.batch("b00002")
    body = bytearray(damaged.read_bytes())
    chunk = pq.read_metadata(damaged).row_group(0).column(8)
    body[chunk.data_page_offset + chunk.total_compressed_size // 2] ^= 1
    damaged.write_bytes(body)

    with pytest.raises(ResynError, match=r"b00002\.parquet cannot be read(?s:.*)dvc repro"):
        export(finished.project)
    assert content(finished.project.dataset) == before


def test_rows_the_config_allows_to_be_missing_are_left_out(finished: FinishedProject) -> None:
    """The share is judged over the whole dataset: two of sixty rows are less than five in a hundred, though a tenth of their batch."""
    finished.finish(max_missing_share=0.05)
    finished.batch("b00001", range(20, 40), [index for index in range(20, 40) if index not in (24, 31)])

    result = export(finished.project)

    assert result.rows == 58
    assert pq.read_table(result.files[0])["ticket_id"].to_pylist() == [
        row(index)["ticket_id"] for index in range(60) if index not in (24, 31)
    ]


def test_more_missing_rows_than_allowed_are_named(finished: FinishedProject) -> None:
    """Nothing is silently less."""
    finished.finish(max_missing_share=0.05)
    finished.batch("b00000", range(20), [index for index in range(20) if index != 7])
    finished.batch("b00001", range(20, 40), [index for index in range(20, 40) if index not in (24, 30, 31)])

    with pytest.raises(MissingRows, match=r"4 of 60 rows .* allows 0\.05 .*: rows 7, 24, 30-31\n.*max_missing_share"):
        export(finished.project)
