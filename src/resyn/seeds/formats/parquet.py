"""Parquet files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from resyn.errors import ConfigError

_INDEX = re.compile(r"__index_level_\d+__")
"""What pandas calls an index that has no name."""


def read(files: Sequence[Path], root: Path) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the schema that all files have and their rows.

    Raises:
        ConfigError: a file is no Parquet file, has two columns of one name, or has other columns than the first one.
    """
    schemas = [_schema(file, root) for file in files]
    for file, schema in zip(files, schemas, strict=True):
        for name in sorted({*schema.names, *schemas[0].names}):
            here, there = (str(each.field(name).type) if name in each.names else "missing" for each in (schema, schemas[0]))
            if here != there:
                raise ConfigError(f"column '{name}' is {here} here and {there} in {files[0]}", file=file)
    return schemas[0], _batches(files, root, schemas[0])


def _schema(file: Path, root: Path) -> pa.Schema:
    try:
        schema = pq.read_schema(root / file)
    except (pa.ArrowInvalid, OSError) as error:
        raise ConfigError(f"no Parquet file that can be read: {str(error).splitlines()[0]}", file=file) from error
    if twice := [name for name, count in Counter(schema.names).items() if count > 1]:
        raise ConfigError(f"two columns are called '{twice[0]}'", file=file)
    return pa.schema([pa.field(field.name, _plain(field.type)) for field in schema if not _INDEX.fullmatch(field.name)])


def _batches(files: Sequence[Path], root: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for file in files:
        try:
            with pq.ParquetFile(root / file, memory_map=True) as opened:
                for batch in opened.iter_batches(columns=schema.names, batch_size=16_384):
                    columns = [batch.column(field.name).cast(field.type) for field in schema]
                    yield pa.record_batch(columns, schema=schema)
        except (pa.ArrowInvalid, OSError) as error:
            raise ConfigError(f"the Parquet file is damaged: {str(error).splitlines()[0]}", file=file) from error


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the type that the same values have in every dataset, however a file encodes them."""
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return pa.string()
    return pa.binary() if pa.types.is_large_binary(kind) else kind
