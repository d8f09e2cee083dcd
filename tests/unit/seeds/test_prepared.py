"""Seed files as rows that can be read by number."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resyn.errors import ConfigError
from resyn.seeds import Prepared, prepare
from resyn.seeds.prepared import derived
from resyn.spec import Source

ROWS = [{"id": number, "name": f"n{number}"} for number in range(5)]
LINES = '{"id": 1, "name": "a"}\n{"id": 2, "name": "b"}\n'


def rows(root: Path, prepared: Prepared) -> list[dict[str, Any]]:
    """Return all rows of a seed dataset."""
    with pa.memory_map(str(derived(root, prepared.content))) as mapped:
        listed: list[dict[str, Any]] = pa.ipc.open_file(mapped).read_all().to_pylist()
    return listed


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes | pa.Table], None]:
    """Write a file below seeds/."""

    def write(name: str, data: str | bytes | pa.Table) -> None:
        path = tmp_path / "seeds" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, pa.Table):
            pq.write_table(data, path)
        else:
            path.write_bytes(data.encode() if isinstance(data, str) else data)

    return write


Write = Callable[[str, Any], None]


def source(path: str, **fields: Any) -> Source:
    """Return a source below seeds/."""
    return Source(path=f"seeds/{path}", **fields)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.parquet", pa.Table.from_pylist(ROWS)),
        ("a.csv", "id,name\n" + "".join(f"{row['id']},{row['name']}\n" for row in ROWS)),
        ("a.csv", "\ufeffid;name\r\n" + "".join(f'{row["id"]};"{row["name"]}"\r\n' for row in ROWS)),
        ("a.jsonl", "".join(f'{{"id": {row["id"]}, "name": "{row["name"]}"}}\n' for row in ROWS)),
        ("a.json", str(ROWS).replace("'", '"')),
    ],
)
def test_every_kind_of_file_gives_the_same_rows(tmp_path: Path, write: Write, name: str, data: Any) -> None:
    """In the order of the file, with its types."""
    write(name, data)
    prepared = prepare(tmp_path, source(name))
    assert rows(tmp_path, prepared) == ROWS
    assert (prepared.rows, dict(prepared.types)) == (5, {"id": "int64", "name": "string"})


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_pattern_names_files_in_the_order_of_their_names(tmp_path: Path, write: Write, suffix: str) -> None:
    """Those with other endings and hidden ones are no part of it."""
    for number, name in ((2, "b"), (1, "a"), (3, "c10"), (9, ".hidden")):
        data = {"csv": f"id\n{number}\n", "jsonl": f'{{"id": {number}}}\n', "parquet": pa.table({"id": [number]})}[suffix]
        write(f"many/{name}.{suffix}", data)
    write("many/z.txt", "id\n9\n")
    prepared = prepare(tmp_path, source(f"many/*.{suffix}"))
    assert [row["id"] for row in rows(tmp_path, prepared)] == [1, 2, 3]


def test_types_are_those_of_all_values(tmp_path: Path, write: Write) -> None:
    """Of every row and file: a number in ten thousand that is text makes a text of all; dates are dates; nothing is null."""
    write("a.csv", "code,day,none\n" + "1,2026-01-31,\n" * 30_000)
    write("b.csv", "code,day,none\n2a,2026-02-01,x\n")
    prepared = prepare(tmp_path, source("*.csv"))
    assert dict(prepared.types) == {"code": "string", "day": "date32[day]", "none": "string"}
    assert {row["code"] for row in rows(tmp_path, prepared)} == {"1", "2a"}
    assert rows(tmp_path, prepared)[0]["none"] is None


def test_a_csv_column_that_changes_its_kind_half_way_is_told_with_both_lines(tmp_path: Path, write: Write) -> None:
    """At every plan, since it may be a slip: numbers with a word among them are texts. Words, mixed or not, are nobody's mistake."""
    write("a.csv", "age,day,name,zip,all\n" + "4,2026-01-31,7 dwarfs,01234,1\n" * 3_000 + "n/a,soon,7,x,2\n")
    write("b.csv", "age,day,name,zip,all\n5,2026-01-31,x,1,3\n")
    for _ in range(2):
        assert prepare(tmp_path, source("*.csv")).notices == (
            "seeds/a.csv:3002: 'age' holds 'n/a' here and a number in seeds/a.csv:2: the whole column is text",
            "seeds/a.csv:3002: 'day' holds 'soon' here and a date in seeds/a.csv:2: the whole column is text",
        )
    assert prepare(tmp_path, source("b.csv")).notices == ()


def test_nested_values_stay_nested(tmp_path: Path, write: Write) -> None:
    """Lists and keys of JSON; a key that is missing is null."""
    write("a.jsonl", '{"a": {"b": [1, 2]}}\n{"c": 1.5}\n{"c": 2}\n')
    assert rows(tmp_path, prepare(tmp_path, source("a.jsonl"))) == [
        {"a": {"b": [1, 2]}, "c": None},
        {"a": None, "c": 1.5},
        {"a": None, "c": 2.0},
    ]


def test_encodings_of_parquet_make_no_difference(tmp_path: Path, write: Write) -> None:
    """Dictionaries and large strings are strings; pandas' index is no column."""
    table = pa.table(
        {"a": pa.array(["x", "y"]).dictionary_encode(), "b": pa.array(["x", None], pa.large_string()), "__index_level_0__": [0, 1]}
    )
    write("a.parquet", table)
    assert dict(prepare(tmp_path, source("a.parquet")).types) == {"a": "string", "b": "string"}


def test_a_folder_is_a_row_a_file(tmp_path: Path, write: Write) -> None:
    """With paths from the project, so that they are the same on every machine."""
    for name in ("docs/b.md", "docs/a.md", "docs/deep/c.md", "docs/d.txt", "docs/.gitkeep"):
        write(name, f"about {name}\n")
    folder = source("docs", seed_type="directory", file_pattern="*.md")
    found = rows(tmp_path, prepare(tmp_path, folder))
    assert [row["relative_path"] for row in found] == ["a.md", "b.md", "deep/c.md"]
    assert found[2] == {
        "source_kind": "directory_file",
        "source_path": "seeds/docs/deep/c.md",
        "relative_path": "deep/c.md",
        "file_name": "c.md",
    }
    flat = source("docs", seed_type="file_contents", recursive=False)
    texts = rows(tmp_path, prepare(tmp_path, flat))
    assert [(row["source_kind"], row["content"]) for row in texts] == [
        ("file_contents", f"about docs/{name}\n") for name in ("a.md", "b.md", "d.txt")
    ]


def test_texts_have_an_encoding(tmp_path: Path, write: Write) -> None:
    """A text of another one is named with its line."""
    write("docs/a.txt", b"one\ncaf\xe9\n")
    with pytest.raises(ConfigError, match=r"seeds/docs/a.txt:2: not a text in utf-8"):
        prepare(tmp_path, source("docs", seed_type="file_contents"))
    prepared = prepare(tmp_path, source("docs", seed_type="file_contents", encoding="latin-1"))
    assert rows(tmp_path, prepared)[0]["content"] == "one\ncafé\n"


def test_the_identity_is_that_of_the_content(tmp_path: Path, write: Write) -> None:
    """And of the names that a pattern finds; a file that is touched, and only that, is the same."""
    write("a.csv", "id\n1\n")
    found = {prepare(tmp_path, source("*.csv")).content}
    os.utime(tmp_path / "seeds/a.csv", (1, 1))
    assert prepare(tmp_path, source("*.csv")).content in found
    write("a.csv", "id\n2\n")
    found.add(prepare(tmp_path, source("*.csv")).content)
    (tmp_path / "seeds/a.csv").rename(tmp_path / "seeds/b.csv")
    found.add(prepare(tmp_path, source("*.csv")).content)
    write("c.csv", "id\n")
    found.add(prepare(tmp_path, source("*.csv")).content)
    assert len(found) == 4


def test_a_change_that_keeps_size_and_time_is_seen(tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a file whose stamps are older than its hash is not read again, and a copied time stamp does not hide a change."""
    path = tmp_path / "seeds/a.csv"
    write("a.csv", "id\n1\n")
    monkeypatch.setattr(time, "time_ns", lambda: 2**62)
    first = prepare(tmp_path, source("a.csv")).content
    stamp = path.stat()
    write("a.csv", "id\n2\n")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert prepare(tmp_path, source("a.csv")).content != first


GOOD = pa.table({"id": [1]})
BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "0 bytes": ({"a.csv": ""}, "a.csv", r"^seeds/a.csv: the seed file is empty \(0 bytes\)"),
    "0 bytes of Parquet": ({"a.parquet": ""}, "a.parquet", r"^seeds/a.parquet: the seed file is empty"),
    "no rows": ({"a.csv": "id,name\n"}, "a.csv", r"^seeds/a.csv: the seed dataset has no rows"),
    "no rows of JSON": ({"a.json": "[]"}, "a.json", r"^seeds/a.json"),
    "no rows of Parquet": ({"a.parquet": GOOD.slice(0, 0)}, "a.parquet", r"^seeds/a.parquet: the seed dataset has no rows"),
    "Parquet that is text": ({"a.parquet": "id\n1\n"}, "a.parquet", r"^seeds/a.parquet:1: the seed file is no Parquet file, and its ending says .parquet"),
    "text that is Parquet": ({"a.csv": GOOD}, "a.csv", r"^seeds/a.csv: the seed file is Parquet, and its ending says .csv"),
    "CSV that is JSON": ({"a.csv": LINES}, "a.csv", r"^seeds/a.csv:1: the seed file is JSON, and its ending says .csv"),
    "JSON that is CSV": ({"a.jsonl": "id\n1\n"}, "a.jsonl", r"^seeds/a.jsonl:1: the seed file is not JSON objects, and its ending says .jsonl"),
    "no text": ({"a.csv": b"id\n\x00\x01\n"}, "a.csv", r"^seeds/a.csv:1: the seed file is no text"),
    "torn Parquet": ({"a.parquet": b"PAR1 and no more"}, "a.parquet", r"^seeds/a.parquet: no Parquet file that can be read"),
    "two columns of a name": ({"a.csv": "id,name,id\n1,2,3\n"}, "a.csv", r"^seeds/a.csv:1: two columns are called 'id'"),
    "names that differ in case": ({"a.csv": "id,ID\n1,2\n"}, "a.csv", r"^seeds/a.csv:1: two columns are called 'ID', which DuckDB does not tell from 'id'"),
    "two columns of a name in Parquet": (
        {"a.parquet": pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["id", "id"])},
        "a.parquet",
        r"^seeds/a.parquet: two columns are called 'id'",
    ),
    "keys that differ in case": ({"a.jsonl": '{"id": 1, "ID": 2}\n'}, "a.jsonl", r"^seeds/a.jsonl:1: two keys differ in case alone: 'ID'"),
    "a key twice": ({"a.jsonl": '{"id": 1}\n{"id": 1, "id": 2}\n'}, "a.jsonl", r"^seeds/a.jsonl:2: the seed file cannot be read: .*duplicate key"),
    "a column without a name": ({"a.csv": "id,\n1,2\n"}, "a.csv", r"^seeds/a.csv:1: a column has no name"),
    "a row too long": ({"a.csv": "id,name\n" + "1,x\n" * 9_000 + "1,2,3\n"}, "a.csv", r"^seeds/a.csv:9002: the seed file cannot be read: Expected Number of Columns: 2 Found: 3"),
    "a row too short": ({"a.csv": "id,name\n" + "1,x\n" * 9_000 + "1\n1,x\n"}, "a.csv", r"^seeds/a.csv:9002: the seed file cannot be read: Expected Number of Columns: 2 Found: 1"),
    "JSON of numbers": ({"a.jsonl": "[1, 2]\n"}, "a.jsonl", r"^seeds/a.jsonl:?.*: the seed file cannot be read: it holds values that are not keys and values"),
    "torn JSON": ({"a.jsonl": '{"id": 1}\n{"id": \n'}, "a.jsonl", r"^seeds/a.jsonl:\d: the seed file cannot be read: Malformed JSON"),
    "a type that changes half-way": (
        {"a.jsonl": '{"id": 1}\n' * 3_000 + '{"id": "x"}\n'},
        "a.jsonl",
        r"^seeds/a.jsonl:3001: 'id' holds text here and a number on line 1$",
    ),
    "a type that changes inside": ({"a.jsonl": '{"a": {"b": [1]}}\n\n{"a": {"b": ["x"]}}\n'}, "a.jsonl", r"^seeds/a.jsonl:3: 'a.b\[\]' holds text here and a number on line 1"),
    "a type that changes between files": (
        {"a.jsonl": '{"id": 1}\n', "b.jsonl": '{"id": {"x": 1}}\n'},
        "*.jsonl",
        r"^seeds/b.jsonl:1: 'id' holds keys and values here and a number in ",
    ),
    "another type in another Parquet file": ({"a.parquet": GOOD, "b.parquet": pa.table({"id": ["x"]})}, "*.parquet", r"^seeds/b.parquet: column 'id' is string here and int64 in seeds/a.parquet"),
    "a column that is missing in another Parquet file": (
        {"a.parquet": GOOD, "b.parquet": pa.table({"no": [1]})},
        "*.parquet",
        r"^seeds/b.parquet: column 'id' is missing here and int64 in seeds/a.parquet",
    ),
    "other columns in another file": ({"a.csv": "id,name\n1,x\n", "b.csv": "name,id\nx,1\n"}, "*.csv", r"^seeds/b.csv:1: its columns are not those of seeds/a.csv: name, id; there id, name"),
    "no UTF-8": ({"a.csv": b"id\n" + b"x\n" * 9_000 + b"\xe9\n"}, "a.csv", r"^seeds/a.csv:\d+: the seed file cannot be read: Invalid unicode"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "path", "message"), BAD.values(), ids=BAD)
def test_a_seed_file_that_cannot_be_used_has_one_clear_message(
    tmp_path: Path, write: Write, files: dict[str, Any], path: str, message: str
) -> None:
    """It names the file, and the line where there are lines; nothing is left behind."""
    for name, data in files.items():
        write(name, data)
    with pytest.raises(ConfigError) as caught:
        prepare(tmp_path, source(path))
    assert caught.match(message)
    assert "\n" not in caught.value.message
    assert not list((tmp_path / ".resyn").rglob("*.tmp"))
