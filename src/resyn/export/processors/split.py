"""Put each row into a split."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from resyn.export.paths import column_of, values
from resyn.export.stream import ROW, SPLIT, Stream, Surroundings
from resyn.spec.processors.split import Share, Split

Hashes = npt.NDArray[np.uint64]


def reads(processor: Split) -> Iterable[str]:
    """Return the key column, where there is one."""
    return (column_of(processor.column),) if processor.column else ()


def apply(processor: Split, rows: Stream, surroundings: Surroundings) -> Stream:  # noqa: ARG001 - every processor is called alike
    """Return the rows with the number of their split, which depends on the row's index or key and on nothing else."""
    return Stream(rows.schema.append(pa.field(SPLIT, pa.int16())), _with_split(processor, rows))


def _with_split(processor: Split, rows: Stream) -> Iterator[pa.Table]:
    ends = _ends(processor.shares)
    for table in rows.tables:
        hashes = _of_values(values(processor.column, table), processor.seed) if processor.column else _of_rows(table, processor.seed)
        yield table.append_column(SPLIT, pa.array(np.searchsorted(ends, hashes, side="right"), pa.int16()))


def _ends(shares: tuple[Share, ...]) -> Hashes:
    """Return the hash at which each split but the last one ends."""
    sums = itertools.accumulate(Fraction(str(share.share)) for share in shares[:-1])
    return np.array([min(int(part * 2**64), 2**64 - 1) for part in sums], np.uint64)


def _of_rows(table: pa.Table, seed: int) -> Hashes:
    """Hash row indices by SplitMix64 (Steele, Lea, Flood 2014), begun at a hash of the seed."""
    begin = np.uint64(_of_bytes(b"rows", seed))
    mixed: Hashes = table.column(ROW).to_numpy().astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + begin
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def _of_values(keys: pa.Array, seed: int) -> Hashes:
    """Hash each value's JSON text by BLAKE2b."""
    if pa.types.is_nested(keys.type):
        return np.array([_of_json(item, seed) for item in keys.to_pylist()], np.uint64)
    encoded = keys.dictionary_encode(null_encoding="encode")
    hashes = np.array([_of_json(item, seed) for item in encoded.dictionary.to_pylist()], np.uint64)
    of_rows: Hashes = hashes[encoded.indices.to_numpy()]
    return of_rows


def _of_json(value: Any, seed: int) -> int:
    return _of_bytes(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), seed)


def _of_bytes(content: bytes, seed: int) -> int:
    return int.from_bytes(blake2b(content, digest_size=8, key=str(seed).encode()).digest(), "little")
