"""Comma-separated values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from resyn.export.json_text import json_texts


@contextmanager
def writing(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    """Write RFC 4180 with a header line and line feeds: text always in quotes, nested values as JSON text.

    Null is nothing and an empty text is "", so readers that care can tell them apart (PostgreSQL does; DuckDB with
    `allow_quoted_nulls = false`; pyarrow with `strings_can_be_null` and no `quoted_strings_can_be_null`; pandas cannot).
    """
    with pyarrow.csv.CSVWriter(path, pa.schema([_flat_field(field) for field in schema])) as writer:
        yield lambda table: writer.write_table(_flat(table))


def _flat(table: pa.Table) -> pa.Table:
    for index, field in enumerate(table.schema):
        if pa.types.is_nested(field.type):
            values = table.column(index).combine_chunks()
            texts = pc.if_else(values.is_valid(), json_texts(values), pa.scalar(None, pa.string()))
            table = table.set_column(index, _flat_field(field), texts)
    return table


def _flat_field(field: pa.Field) -> pa.Field:
    return pa.field(field.name, pa.string()) if pa.types.is_nested(field.type) else field
