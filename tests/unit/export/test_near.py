"""Near duplicates."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from resyn.export.near import first_of_near
from resyn.export.stream import Stream, Surroundings
from resyn.spec.processors.deduplicate import Deduplicate

WORDS = [f"word{number}" for number in range(500)]


def text(seed: int, changed: int = 0) -> str:
    """Return 100 words of a seed, `changed` of them others."""
    draw = random.Random(seed)  # noqa: S311 - any words will do
    words = draw.choices(WORDS, k=100)
    for number in range(changed):
        words[number * 97 % 100] = f"other{number}"
    return " ".join(words)


def kept(texts: Sequence[str | None], folder: Path, threshold: float = 0.7, cut: int = 1_000) -> list[int]:
    """Return the indices of the rows that stay."""
    folder.mkdir()
    table = pa.table({"__row": range(len(texts)), "text": pa.array(texts, pa.string())})
    rows = Stream(table.schema, (table.slice(start, cut) for start in range(0, len(texts), cut)))
    processor = Deduplicate(name="near", columns=("text",), threshold=threshold)
    tables = first_of_near(processor, threshold, rows, Surroundings(folder, lambda *_: pytest.fail("no second dataset")))
    return [row for table in tables for row in table["__row"].to_pylist()]


def test_texts_a_few_words_apart_are_duplicates_and_others_are_not(tmp_path: Path) -> None:
    """Case, spaces and signs do not count; one changed word of a hundred is three sequences of 98."""
    texts = [text(1), text(2), text(1, changed=2), text(2).upper() + "!", text(3), text(1, changed=40), text(4)]
    assert kept(texts, tmp_path / "x") == [0, 1, 4, 5, 6]


def test_the_rows_of_a_shorter_dataset_fare_the_same_in_a_longer_one(tmp_path: Path) -> None:
    """A later row cannot take an earlier one away, nor join two that were apart."""
    texts = [text(seed, changed) for changed in (0, 3, 30, 6) for seed in range(40)]
    longer = kept(texts, tmp_path / "longer")
    assert [row for row in longer if row < 100] == kept(texts[:100], tmp_path / "shorter")
    assert set(range(40)) <= set(longer)


def test_a_row_like_one_that_went_stays_where_it_is_like_none_that_stayed(tmp_path: Path) -> None:
    """Near is not transitive: the first of a chain stays, and the next one far enough from it."""
    chain = [text(1, changed) for changed in range(0, 40, 4)]
    rows = kept(chain, tmp_path / "x", threshold=0.6)
    assert rows[0] == 0
    assert 1 < len(rows) < len(chain)
    assert 1 not in rows


def test_cuts_do_not_matter(tmp_path: Path) -> None:
    """The same rows from tables of any length."""
    texts = [text(seed, changed) for changed in (0, 5, 10) for seed in range(30)]
    assert kept(texts, tmp_path / "a", cut=7) == kept(texts, tmp_path / "b")


def test_many_copies_of_one_text_are_no_burden(tmp_path: Path) -> None:
    """3,000 copies would be 4.5 million pairs."""
    assert kept([text(1)] * 3_000 + [text(2)], tmp_path / "x") == [0, 3_000]


def test_empty_and_missing_texts_are_alike(tmp_path: Path) -> None:
    """And short ones are compared whole."""
    assert kept(["", None, "ok", "OK.", "no", None], tmp_path / "x") == [0, 2, 4]


def test_scripts_without_spaces_are_compared_by_their_characters(tmp_path: Path) -> None:
    """One character of sixty."""
    characters = [chr(0x4E00 + number) for number in random.Random(1).sample(range(5_000), 60)]  # noqa: S311
    changed = [*characters[:59], "人"]
    assert kept(["".join(characters), "".join(changed), "".join(reversed(characters))], tmp_path / "x") == [0, 2]
