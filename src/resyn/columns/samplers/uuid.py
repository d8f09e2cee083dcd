"""The `uuid` sampler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from resyn.columns.protocol import Block, BlockColumn
from resyn.errors import ResynError
from resyn.rng import Permutation, Stream, Words
from resyn.spec import Program
from resyn.spec.samplers.uuid import UUID

Bytes = npt.NDArray[np.uint8]

SHORT_IDS = 2**32
"""How many rows 8 hexadecimal digits can name."""

_VERSION_4 = np.array([0xFFFFFFFFFFFF0FFF, 0x3FFFFFFFFFFFFFFF], dtype=np.uint64), np.array([0x4000, 1 << 63], dtype=np.uint64)
"""The bits that RFC 9562 leaves free in each half of a version 4 UUID, and those that it sets."""

_DIGITS = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype=np.uint8).reshape(256, 2)


def build(params: UUID, stream_of: Callable[[str], Stream], program: Program) -> BlockColumn:
    """Return the column; its values are `prefix` and 32 hexadecimal digits, or 8."""
    del program
    return _UUIDs(params, stream_of(""))


@dataclass(frozen=True, slots=True)
class _UUIDs:
    params: UUID
    stream: Stream
    arrow_type: ClassVar[pa.DataType] = pa.string()

    def compute(self, block: Block) -> pa.Array:
        digits = hexadecimal(short_ids(self.stream, block.rows) if self.params.short_form else uuids(self.stream, block))
        if self.params.uppercase:
            digits = np.where(digits >= ord("a"), digits - np.uint8(32), digits)
        prefix = np.frombuffer(self.params.prefix.encode(), dtype=np.uint8)
        return strings(np.hstack([np.broadcast_to(prefix, (len(digits), len(prefix))), digits]))


def uuids(stream: Stream, block: Block) -> Bytes:
    """Return the bytes of a version 4 UUID for each row of the block, shape (rows, 16)."""
    free, fixed = _VERSION_4
    return _bytes((stream.words(block.rows, 2, block.attempt, block.redraw) & free) | fixed)


def short_ids(stream: Stream, rows: range) -> Bytes:
    """Return four bytes for each row that no other row has, shape (rows, 4); drawn again, a row keeps them.

    Raises:
        ResynError: a row index of 2^32 or more.
    """
    if rows.stop > SHORT_IDS:
        raise ResynError(f"a short uuid has 8 digits, which name {SHORT_IDS:,} rows", hint="set short_form: false")
    ids = Permutation.of(stream, SHORT_IDS)(np.arange(rows.start, rows.stop, dtype=np.uint64))
    return _bytes(ids[:, np.newaxis])[:, 4:]


def hexadecimal(data: Bytes) -> Bytes:
    """Return the digits of each row's bytes as ASCII, shape (rows, 2 * bytes)."""
    return _DIGITS[data].reshape(len(data), 2 * data.shape[1])


def strings(characters: Bytes) -> pa.StringArray:
    """Return one string a row of UTF-8 bytes, shape (rows, length)."""
    rows, length = characters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(length)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters)))


def _bytes(words: Words) -> Bytes:
    return words.astype(">u8").view(np.uint8)
