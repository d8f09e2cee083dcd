"""Rows that no model is asked for, block by block; those that are turned down are drawn again, alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from resyn.columns.accept import Accept, Verdicts, why_not
from resyn.engine.compiled import Compiled
from resyn.engine.window import Finished

_BLOCK = 8192
_ONE_BY_ONE = 16
"""As long as fewer than one in so many rows of a block is left, rows are drawn by themselves: a block costs as much as a few of them."""


class BlockSink(Protocol):
    """Take rows in blocks, in order."""

    def put_block(self, rows: Sequence[int], columns: Mapping[str, pa.Array]) -> None:
        """Take finished rows."""

    def put_lost(self, row: Finished) -> None:
        """Take a row that could not be made."""

    def note(self, candidates: tuple[Verdicts, ...]) -> None:
        """Learn of the candidates of a row."""


def compute(compiled: Compiled, rows: range, sink: BlockSink) -> None:
    """Hand every row to the sink.

    Raises:
        ResynError: a column cannot be computed, or a condition fails.
    """
    for start in range(rows.start, rows.stop, _BLOCK):
        block = range(start, min(start + _BLOCK, rows.stop))
        if compiled.accept is None:
            sink.put_block(block, compiled.root_block(block, attempt=0))
        else:
            _accepted(compiled, compiled.accept, block, sink)


def _accepted(compiled: Compiled, accept: Accept, block: range, sink: BlockSink) -> None:
    candidates: dict[int, list[Verdicts]] = {row: [] for row in block}
    taken: list[pa.Table] = []
    left = list(block)
    for attempt in range(accept.max_candidates):
        table = _drawn(compiled, block, left, attempt)
        read = table.select(accept.names).to_pylist()
        for row, values in zip(left, read, strict=True):
            candidates[row].append(accept.judge(row, values))
        good = [all(candidates[row][-1]) for row in left]
        taken.append(table.append_column(_INDEX, pa.array(left, pa.int64())).filter(pa.array(good, pa.bool_())))
        left = [row for row, is_good in zip(left, good, strict=True) if not is_good]
        if not left:
            break
    for judged in candidates.values():
        sink.note(tuple(judged))
    whole = pa.concat_tables(taken).sort_by(_INDEX).combine_chunks()
    sink.put_block(whole[_INDEX].to_pylist(), {name: whole[name].combine_chunks() for name in whole.column_names if name != _INDEX})
    for row in left:
        sink.put_lost(Finished(row, None, {"accept": why_not(accept.conditions, tuple(candidates[row]))}, ()))


_INDEX = "__row"


def _drawn(compiled: Compiled, block: range, left: Sequence[int], attempt: int) -> pa.Table:
    """Return the rows that are left, at one attempt; whether they are drawn together or alone shows nowhere."""
    if len(left) * _ONE_BY_ONE < len(block):
        return pa.concat_tables([pa.table(compiled.root_block(range(row, row + 1), attempt)) for row in left]).combine_chunks()
    drawn = pa.table(compiled.root_block(block, attempt))
    return drawn if len(left) == len(block) else drawn.take(pa.array([row - block.start for row in left], pa.int64()))
