"""What each processor makes of the rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from resyn.errors import ConfigError, ResynError
from resyn.export import ExportResult, export
from resyn.export.counts import read_counts
from resyn.spec.processors import Processor
from resyn.spec.processors.deduplicate import Deduplicate
from resyn.spec.processors.drop_columns import DropColumns
from resyn.spec.processors.filter import Filter
from resyn.spec.processors.schema_transform import SchemaTransform
from resyn.spec.processors.sort import Sort
from resyn.spec.processors.split import Share, Split
from support.finished import COLUMNS, FinishedProject, row

ROWS = [row(index) for index in range(60)]
HALVES = Split(name="halves", shares=(Share(name="train", share=0.5), Share(name="test", share=0.5)))


def exported(finished: FinishedProject, *processors: Processor, rows: int = 60, **options: Any) -> ExportResult:
    """Export `rows` rows through processors."""
    return export(finished.finish(rows, 25, export={"processors": processors, **options}))


def indices(finished: FinishedProject, split: str = "train") -> list[int]:
    """Return the indices of the rows of a split, in order, by their ticket."""
    known = {row(index)["ticket_id"]: index for index in range(200)}
    return [known[ticket] for ticket in pq.read_table(finished.project.dataset / f"{split}.parquet")["ticket_id"].to_pylist()]


def test_dropped_columns_are_in_no_file(finished: FinishedProject) -> None:
    """Batches keep them."""
    result = exported(finished, DropColumns(name="slim", columns=("customer", "body")), formats=("parquet", "jsonl", "csv"))

    assert result.columns == tuple(column.name for column in COLUMNS if column.name not in ("customer", "body"))
    assert result.removed == {"slim": 0}
    assert "customer" in pq.read_schema(finished.project.batch("b00000")).names
    assert all(b"quill" not in path.read_bytes() for path in result.files)


def test_a_filter_keeps_the_rows_whose_condition_is_true(finished: FinishedProject) -> None:
    """Fields of structs can be read, and columns that are then dropped."""
    condition = "customer.age > 40 and product in ('laptop', 'phone')"
    result = exported(finished, Filter(name="grown", condition=condition), drop=("customer",))

    kept = [index for index in range(60) if ROWS[index]["customer"]["age"] > 40 and ROWS[index]["product"] in ("laptop", "phone")]
    assert indices(finished) == kept
    assert result.removed == {"grown": 60 - len(kept)}
    assert "customer" not in result.columns


def test_a_condition_that_fails_is_an_error_and_leaves_the_earlier_dataset(finished: FinishedProject) -> None:
    """It names processor and row; no row is kept or dropped for want of an answer."""
    exported(finished)
    before = (finished.project.dataset / "train.parquet").read_bytes()

    with pytest.raises(ResynError, match=r"processor 'late': row 4, condition 'wait > 40': "):
        exported(finished, Filter(name="late", condition="wait > 40"))
    assert (finished.project.dataset / "train.parquet").read_bytes() == before


def test_leaving_no_row_is_an_error(finished: FinishedProject) -> None:
    """It names the processor that took the last ones."""
    with pytest.raises(ConfigError, match=r"processor 'none' left none of 60 rows"):
        exported(finished, Filter(name="none", condition="product == 'tent'"))
    assert not (finished.project.dataset / "train.parquet").exists()


def test_sorting_puts_nulls_last_and_keeps_equal_rows_in_order(finished: FinishedProject) -> None:
    """By several columns, down and up, fields among them; values come through unchanged."""
    exported(finished, Sort(name="sort", columns=("-product", "customer.age", "wait")))

    def key(index: int) -> tuple[Any, ...]:
        item = ROWS[index]
        down = [-ord(char) for char in item["product"].ljust(10, "\0")]
        return down, item["customer"]["age"], item["wait"] is None, item["wait"] or 0, index

    assert indices(finished) == sorted(range(60), key=key)
    table = pq.read_table(finished.project.dataset / "train.parquet")
    assert table.schema.remove_metadata() == pq.read_table(finished.project.batch("b00000")).schema.remove_metadata().remove(0)
    assert table.to_pylist() == [{name: item for name, item in ROWS[index].items() if name != "__row"} for index in indices(finished)]


def test_of_equal_rows_the_first_stays(finished: FinishedProject) -> None:
    """Null equals null; the order stays; fields are compared alone."""
    result = exported(finished, Deduplicate(name="same", columns=("product", "note")))

    seen = [(item["product"], item["note"]) for item in ROWS]
    kept = [index for index in range(60) if seen.index(seen[index]) == index]
    assert indices(finished) == kept
    assert result.removed == {"same": 60 - len(kept)}
    exported(finished, Deduplicate(name="cities", columns=("customer.city",)))
    assert len(indices(finished)) == 4


def test_processors_work_in_the_order_they_are_written(finished: FinishedProject) -> None:
    """The first of equal rows is the first after sorting, and counts add up to what is gone."""
    newest = Sort(name="newest", columns=("-created_at",))
    result = exported(finished, newest, Deduplicate(name="same", columns=("product",)), Filter(name="f", condition="product != 'phone'"))

    latest = {
        name: max((i for i in range(60) if ROWS[i]["product"] == name), key=lambda i: ROWS[i]["created_at"])
        for name in ("laptop", "router", "headset")
    }
    assert indices(finished) == sorted(latest.values(), key=lambda index: ROWS[index]["created_at"], reverse=True)
    assert result.removed == {"newest": 0, "same": 56, "f": 1}
    assert result.rows == 60 - sum(result.removed.values())


def test_a_row_never_changes_its_split(finished: FinishedProject) -> None:
    """60 rows, then 200, in other batches; every row is in one split."""
    exported(finished, HALVES)
    train, test = set(indices(finished)), set(indices(finished, "test"))
    exported(finished, HALVES, rows=200)

    assert train | test == set(range(60))
    assert not train & test
    assert 20 < len(train) < 40
    assert train < set(indices(finished)) and test < set(indices(finished, "test"))  # noqa: PT018 - one promise
    assert read_counts(finished.project.dataset).splits == {"train": len(indices(finished)), "test": len(indices(finished, "test"))}


def test_rows_of_one_key_are_in_one_split(finished: FinishedProject) -> None:
    """The split of a key does not depend on which other keys there are."""
    by_city = Split(name="by_city", column="customer.city", shares=HALVES.shares, seed=1)
    exported(finished, by_city)
    cities = {split: {ROWS[index]["customer"]["city"] for index in indices(finished, split)} for split in ("train", "test")}
    exported(finished, Filter(name="few", condition="customer.city in ('Oslo', 'Lima', 'Pune')"), by_city)

    assert cities["train"] | cities["test"] == {"Oslo", "Lima", "Pune", "Turin"}
    assert not cities["train"] & cities["test"]
    for split in ("train", "test"):
        assert {ROWS[index]["customer"]["city"] for index in indices(finished, split)} == cities[split] - {"Turin"}


def test_rows_keep_their_splits_behind_other_processors_while_a_dataset_grows(finished: FinishedProject) -> None:
    """By their index and by a key; the first of equal rows stays the first, too."""
    few = Filter(name="few", condition="product != 'phone'")
    same = Deduplicate(name="same", columns=("ticket_id", "product"))
    for by in ("", "customer.age"):
        split = Split(name="s", column=by, shares=HALVES.shares, seed=3)
        exported(finished, few, same, split)
        shorter = {name: set(indices(finished, name)) for name in ("train", "test")}
        exported(finished, few, same, split, rows=200)
        for name, rows in shorter.items():
            assert rows
            assert rows == {index for index in indices(finished, name) if index < 60}


def test_a_schema_transform_writes_a_second_dataset(finished: FinishedProject) -> None:
    """Texts are filled in, quotes and all, other values kept; null, truth and objects are written as JSON writes them."""
    template = {
        "messages": [{"role": "user", "content": "{{ product | upper }}: {{ note }}"}, {"role": "assistant", "content": "{{ triage }}"}],
        "version": 2,
    }
    filtered = Filter(name="laptops", condition="product == 'laptop'")
    result = exported(
        finished, filtered, SchemaTransform(name="chat format", template=json.dumps(template)), Sort(name="s", columns=("note",))
    )

    rows = pq.read_table(finished.project.dataset / "processors-files/chat format/train.parquet").to_pylist()
    laptops = [item for item in ROWS if item["product"] == "laptop"]
    assert result.rows == len(rows) == len(laptops)
    assert rows[0]["version"] == 2
    for made, item in zip(rows, laptops, strict=True):
        user, assistant = made["messages"]
        assert user == {"role": "user", "content": f"LAPTOP: {'null' if item['note'] is None else item['note']}"}
        assert json.loads(assistant["content"]) == item["triage"]


def test_a_second_dataset_has_the_splits_of_its_place_and_goes_with_its_processor(finished: FinishedProject) -> None:
    """Behind a split it is split, before one it is not."""
    before, after = (SchemaTransform(name=name, template='{"id": "{{ ticket_id }}"}') for name in ("before", "after"))
    exported(finished, before, HALVES, after, formats=("jsonl",))
    folder = finished.project.dataset / "processors-files"

    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.jsonl")}
    assert files == {"before/train.jsonl", "after/train.jsonl", "after/test.jsonl"}
    exported(finished)
    assert not folder.exists()


def test_a_template_that_fails_names_processor_column_and_row(finished: FinishedProject) -> None:
    """Nothing is left empty for want of a value."""
    with pytest.raises(ResynError, match=r"processor 'chat', template of 'a', row 7: "):
        exported(finished, SchemaTransform(name="chat", template='{"a": "{{ triage.urgency }}"}'))


@pytest.mark.parametrize("processor", [Sort(name="s", columns=("customer.town",)), Deduplicate(name="d", columns=("customer.town",))])
def test_a_field_that_is_not_there_is_named(finished: FinishedProject, processor: Processor) -> None:
    """With those that are."""
    with pytest.raises(ConfigError, match=r"names 'customer\.town'(?s:.*)first_name"):
        exported(finished, processor)


def test_nothing_is_left_of_what_did_not_fit_into_memory(finished: FinishedProject) -> None:
    """Neither after an export nor after one that failed."""
    exported(finished, Sort(name="s", columns=("note",)), Deduplicate(name="d", columns=("product",)))
    with pytest.raises(ResynError):
        exported(finished, Sort(name="s", columns=("note",)), Filter(name="late", condition="wait > 40"))

    assert list((finished.project.root / ".resyn/export").iterdir()) == []


def test_the_bytes_do_not_depend_on_how_the_rows_were_cut(finished: FinishedProject) -> None:
    """Every processor at once, in every format."""
    processors = (
        Filter(name="f", condition="contacts > 2"),
        Deduplicate(name="d", columns=("customer.city", "product", "contacts")),
        Sort(name="s", columns=("product",)),
        HALVES,
        SchemaTransform(name="chat", template='{"a": "{{ note }}"}'),
    )
    contents = []
    for batch_size in (150, 40, 7):
        export(finished.finish(150, batch_size, export={"processors": processors, "formats": ("parquet", "jsonl", "csv")}))
        contents.append({path: path.read_bytes() for path in sorted(Path(finished.project.dataset).rglob("*")) if path.is_file()})

    assert len(contents[0]) == 3 * 2 * 2 + 2
    assert contents[0] == contents[1] == contents[2]
