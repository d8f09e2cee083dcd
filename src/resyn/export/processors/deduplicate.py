"""Keep the first of rows that are the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from resyn.export.paths import column_of, kind_of
from resyn.export.spool import Spool
from resyn.export.sql import field
from resyn.export.stream import Stream, Surroundings
from resyn.spec.processors.deduplicate import Deduplicate


def reads(processor: Deduplicate) -> Iterable[str]:
    """Return the columns to compare."""
    return map(column_of, processor.columns)


def apply(processor: Deduplicate, rows: Stream, surroundings: Surroundings) -> Stream:
    """Return the first row of each kind, in the order the rows came; null equals null."""
    for path in processor.columns:
        kind_of(path, rows.schema)
    if processor.threshold is None:
        return Stream(rows.schema, _first(processor, rows, surroundings))
    from resyn.export.near import first_of_near

    return Stream(rows.schema, first_of_near(processor, processor.threshold, rows, surroundings))


def _first(processor: Deduplicate, rows: Stream, surroundings: Surroundings) -> Iterator[pa.Table]:
    spool = Spool(rows, surroundings.spill)
    yield from _at(spool.read(), spool.firsts([field(path) for path in processor.columns]))


def _at(tables: Iterable[pa.Table], positions: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the rows at ascending positions, both read once."""
    waiting = iter(positions)
    wanted, start = np.empty(0, np.int64), 0
    for table in tables:
        stop = start + table.num_rows
        while not len(wanted) or wanted[-1] < stop:
            if (more := next(waiting, None)) is None:
                break
            wanted = np.concatenate([wanted, more.column("place").to_numpy()])
        here = np.searchsorted(wanted, stop)
        yield table.take(pa.array(wanted[:here] - start))
        wanted, start = wanted[here:], stop
