"""Order the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from resyn.export.paths import column_of, kind_of
from resyn.export.spool import Spool
from resyn.export.sql import field, name
from resyn.export.stream import ROW, Stream, Surroundings
from resyn.spec.processors.sort import Sort


def reads(processor: Sort) -> Iterable[str]:
    """Return the columns to order by."""
    return (column_of(path.removeprefix("-")) for path in processor.columns)


def apply(processor: Sort, rows: Stream, surroundings: Surroundings) -> Stream:
    """Return the rows in order: texts by their code points, false before true, NaN after every number, nulls at the end."""
    terms = [*(_term(path, rows.schema) for path in processor.columns), name(ROW)]
    return Stream(rows.schema, _ordered(rows, terms, surroundings))


def _term(path: str, schema: pa.Schema) -> str:
    bare = path.removeprefix("-")
    kind_of(bare, schema)
    return f"{field(bare)} {'DESC' if path.startswith('-') else 'ASC'} NULLS LAST"


def _ordered(rows: Stream, terms: list[str], surroundings: Surroundings) -> Iterator[pa.Table]:
    yield from Spool(rows, surroundings.spill).ordered(terms)
