"""Leave columns out."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from resyn.export.stream import Stream, Surroundings
from resyn.spec.processors.drop_columns import DropColumns


def reads(processor: DropColumns) -> Iterable[str]:  # noqa: ARG001 - every processor is called alike
    """Return nothing: a column that no one else needs is not read at all."""
    return ()


def apply(processor: DropColumns, rows: Stream, surroundings: Surroundings) -> Stream:  # noqa: ARG001 - every processor is called alike
    """Return the rows without the processor's columns."""
    names = [name for name in rows.schema.names if name not in processor.columns]
    return Stream(pa.schema([rows.schema.field(name) for name in names]), (table.select(names) for table in rows.tables))
