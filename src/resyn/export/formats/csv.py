"""Comma-separated values."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.csv as pc


def write(path: Path, schema: pa.Schema, groups: Iterable[pa.Table]) -> None:
    """Write RFC 4180 with a header line and line feeds: text always in quotes, nested values as JSON text.

    Null is nothing and an empty text is "", so readers that care can tell them apart (PostgreSQL does; DuckDB with
    `allow_quoted_nulls = false`; pyarrow with `strings_can_be_null` and no `quoted_strings_can_be_null`; pandas cannot).
    """
    with pc.CSVWriter(path, pa.schema([_flat_field(field) for field in schema])) as writer:
        for group in groups:
            writer.write_table(_flat(group))


def _flat(group: pa.Table) -> pa.Table:
    for index, field in enumerate(group.schema):
        if pa.types.is_nested(field.type):
            texts = [None if value is None else orjson.dumps(value).decode() for value in group.column(index).to_pylist()]
            group = group.set_column(index, _flat_field(field), pa.array(texts, pa.string()))
    return group


def _flat_field(field: pa.Field) -> pa.Field:
    return pa.field(field.name, pa.string()) if pa.types.is_nested(field.type) else field
