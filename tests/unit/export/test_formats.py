"""The files as other programs read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from resyn.export import export
from resyn.export.formats import find_writer
from resyn.spec.processors.filter import Filter
from resyn.spec.processors.schema_transform import SchemaTransform
from resyn.spec.processors.split import Share, Split
from support.finished import FinishedProject, row

NOTES = [row(index)["note"] for index in range(60)]
READERS = {"parquet": "read_parquet('{}')", "jsonl": "read_json('{}')", "csv": "read_csv('{}', allow_quoted_nulls=false)"}


@pytest.fixture
def dataset(finished: FinishedProject) -> Path:
    """Return the folder of 60 rows in every format."""
    export(finished.finish(export={"formats": ("parquet", "jsonl", "csv")}))
    return finished.project.dataset


@pytest.mark.parametrize("name", READERS)
def test_duckdb_reads_the_same_values_from_every_format(dataset: Path, name: str) -> None:
    """Quotes, commas, line feeds, other alphabets, null and the empty text come through."""
    table = READERS[name].format(dataset / f"train.{name}")
    rows = duckdb.sql(f"select note, wait, created_at::timestamp from {table}").fetchall()  # noqa: S608 - a path of our own

    assert rows == [(row(index)["note"], row(index)["wait"], row(index)["created_at"]) for index in range(60)]


def test_json_lines_hold_one_object_a_line(dataset: Path) -> None:
    """Nested values are JSON, moments ISO 8601, and a line feed in a text does not end a line."""
    lines = (dataset / "train.jsonl").read_text(encoding="utf-8").splitlines()

    first = json.loads(lines[0])
    assert len(lines) == 60
    assert first["customer"] == row(0)["customer"]
    assert first["created_at"] == row(0)["created_at"].isoformat()
    assert json.loads(lines[7])["triage"] is None
    assert "☃" in lines[6]


def test_csv_tells_null_from_the_empty_text(dataset: Path) -> None:
    """Null is nothing, the empty text is two quotes; nested values are JSON text."""
    convert = pc.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
    parse = pc.ParseOptions(newlines_in_values=True)
    table = pc.read_csv(dataset / "train.csv", parse_options=parse, convert_options=convert)

    assert table["note"].to_pylist() == NOTES
    assert [None if text is None else json.loads(text) for text in table["triage"].to_pylist()] == [
        row(index)["triage"] for index in range(60)
    ]


def test_hugging_face_datasets_loads_each_file_and_the_folder(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline, by file and by the card in the folder."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    datasets.disable_progress_bars()
    options: dict[str, Any] = {"split": "train", "cache_dir": str(tmp_path / "cache")}
    loaded = [
        datasets.load_dataset(kind, data_files=str(dataset / f"train.{suffix}"), **options)
        for kind, suffix in (("parquet", "parquet"), ("json", "jsonl"), ("csv", "csv"))
    ]

    whole = datasets.load_dataset(str(dataset), **options)

    assert whole.column_names == pq.read_schema(dataset / "train.parquet").names
    for one in [*loaded, whole]:
        assert one["ticket_id"] == [row(index)["ticket_id"] for index in range(60)]


def test_a_row_group_is_a_table_handed_in(tmp_path: Path) -> None:
    """Row groups are cut by the caller alone, whatever Parquet's own default."""
    groups = [pa.table({"n": range(start, start + 10)}) for start in range(0, 30, 10)]

    with find_writer("parquet")(tmp_path / "x.parquet", groups[0].schema) as append:
        for group in groups:
            append(group)

    assert pq.read_metadata(tmp_path / "x.parquet").num_row_groups == 3


def test_no_rows_make_files_that_can_be_read(tmp_path: Path) -> None:
    """All rows missing, and allowed to be, is an empty file with its columns."""
    for name in READERS:
        with find_writer(name)(tmp_path / name, pa.schema([("n", pa.int64())])):
            pass

    assert pq.read_table(tmp_path / "parquet").to_pydict() == {"n": []}
    assert (tmp_path / "jsonl").read_bytes() == b""
    assert (tmp_path / "csv").read_bytes() == b'"n"\n'


def test_hugging_face_and_duckdb_see_splits_and_second_datasets(
    finished: FinishedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the card in the folder, and by the files."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    datasets.disable_progress_bars()
    shares = (Share(name="train", share=0.5), Share(name="test", share=0.5))
    chat = SchemaTransform(name="chat", template='{"messages": [{"role": "user", "content": "{{ product }}"}]}')
    result = export(finished.finish(export={"processors": (Split(name="split", shares=shares), chat)}))
    folder = finished.project.dataset

    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    chats = datasets.load_dataset(str(folder), "chat", split="test", cache_dir=str(tmp_path / "cache"))

    assert list(loaded) == ["train", "test"]
    assert sum(part.num_rows for part in loaded.values()) == result.rows == 60
    assert [item["messages"][0]["content"] for item in chats] == loaded["test"]["product"]
    assert duckdb.sql(f"select count(*) from '{folder}/t*.parquet'").fetchall() == [(60,)]  # noqa: S608 - a path of our own


def test_hugging_face_gives_no_earlier_rows_back(finished: FinishedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cache tells datasets apart by their cards alone: the card of another content is another one, the card of the same is the same."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    datasets.disable_progress_bars()
    cards = []
    for product in ("laptop", "phone", "laptop"):
        export(finished.finish(export={"processors": (Filter(name="only", condition=f"product == '{product}'"),)}))
        loaded = datasets.load_dataset(str(finished.project.dataset), split="train", cache_dir=str(tmp_path / "cache"))
        assert set(loaded["product"]) == {product}
        cards.append((finished.project.dataset / "README.md").read_bytes())
    assert cards[0] == cards[2] != cards[1]
