"""Vectors of one text or of a list."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from resyn.columns.embedding import texts_of
from resyn.columns.protocol import CellFailed
from resyn.spec.columns.embedding import Embedding
from unit.columns.conftest import Converse

COLUMN = Embedding(name="vector", target_column="text", model_alias="writer")


def body(*vector: float) -> bytes:
    """Return an answer with one vector."""
    return orjson.dumps({"data": [{"index": 0, "embedding": vector}]})


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("a tent", ["a tent"]),
        ('["a", " b "]', ["a", "b"]),
        ("['a', 'b']", ["a", "b"]),
        ('["a", ]', ["a"]),
        (["a", "b"], ["a", "b"]),
        ("[not a list", ["[not a list"]),
        ({"a": 1}, ['{"a": 1}']),
        (None, [""]),
    ],
)
def test_a_value_is_one_text_or_a_list(value: Any, texts: list[str]) -> None:
    """A list may be written as JSON or as Python, which is how models write them."""
    assert texts_of(value) == texts


def test_each_text_is_asked_for_under_a_key_of_its_own(converse: Converse) -> None:
    """The same text has the same key in every row: it is paid for once."""
    value, asked = converse(COLUMN, body(1, 0), body(0, 1), values={"text": ["tent", "lamp"]})
    assert value == {"embeddings": [[1, 0], [0, 1]], "num_embeddings": 2, "dimension": 2}
    _, again = converse(COLUMN, body(0, 1), values={"text": "lamp"}, row=9)
    assert again[0].key == asked[1].key != asked[0].key
    assert asked[0].kind == "embedding"
    assert converse(COLUMN, values={"text": []})[0] == {"embeddings": [], "num_embeddings": 0, "dimension": 0}


def test_what_is_no_text_or_of_another_length_fails_the_row(converse: Converse) -> None:
    """An endpoint that ignores `dimensions` would fill the column with vectors nobody asked for."""
    with pytest.raises(CellFailed, match="'text' holds no text"):
        converse(COLUMN, values={"text": " "})
    with pytest.raises(CellFailed, match="3 dimensions, not 2"):
        converse(COLUMN, body(1, 2, 3), values={"text": "a"}, dimensions=2)
    with pytest.raises(CellFailed, match="1 dimensions, not 2"):
        converse(COLUMN, body(1, 2), body(1), values={"text": ["a", "b"]})
