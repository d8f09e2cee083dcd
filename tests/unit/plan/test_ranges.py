"""How a dataset is cut into batches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resyn.plan.ranges import cut
from resyn.plan.shards import keys_in, shard_texts


def test_the_last_batch_may_be_shorter() -> None:
    """Batches are half-open and in order."""
    assert cut(5, 2) == {"b00000": range(2), "b00001": range(2, 4), "b00002": range(4, 5)}


@given(st.integers(1, 500), st.integers(1, 60))
def test_batches_hold_every_row_once(rows: int, size: int) -> None:
    """None is lost, none is doubled."""
    assert [row for batch in cut(rows, size).values() for row in batch] == list(range(rows))


@given(st.integers(1, 500), st.integers(1, 60))
def test_shards_hold_ten_batches_and_every_key_once(rows: int, size: int) -> None:
    """What a shard's text names can be read back from it."""
    keys = list(cut(rows, size))
    shards = shard_texts(keys)
    assert [key for text in shards.values() for key in keys_in(text)] == keys
    assert list(shards) == [f"{number:03d}" for number in range(-(-len(keys) // 10))]


def test_the_text_of_a_shard_stays_as_it_is() -> None:
    """It decides what is in every lock and run-cache key: a change here makes every batch of every project run again."""
    assert shard_texts(["b00010", "b00011"]) == {
        "001": """\
# Written by `resyn plan`, which overwrites edits; the stages that are yours are in the dvc.yaml of the project's root.
stages:
  batch:
    foreach:
      b00010: {}
      b00011: {}
    do:
      wdir: ../..
      cmd: resyn generate ${key}
      deps:
        - plan/generation.json
      params:
        - plan.fingerprint
        - plan/ranges.json:
            - ${key}
      outs:
        - data/batches/${key}.parquet
        - data/traces/${key}.parquet
"""
    }
