"""The rows of finished batches as one stream, cut alike however the batches are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from resyn.errors import ResynError
from resyn.export.stream import regrouped

ROWS_PER_GROUP = 8_192
"""Bounds memory (80 MB at 10 kB a row) and is part of the exported bytes: another figure, another file."""


def read_schema(file: Path, columns: Sequence[str]) -> pa.Schema:
    """Return the types of `columns` in a batch, without the batch's metadata."""
    schema = pq.read_schema(file)
    return pa.schema([pa.field(name, schema.field(name).type) for name in columns])


def read_groups(files: Iterable[Path], columns: Sequence[str], size: int = ROWS_PER_GROUP) -> Iterator[pa.Table]:
    """Yield the rows of batch files in order, `size` at a time (the last table may be shorter), each column in one piece.

    Raises:
        ResynError: a file is damaged.
    """
    return regrouped(_pieces(files, columns, size), size)


def _pieces(files: Iterable[Path], columns: Sequence[str], size: int) -> Iterator[pa.Table]:
    for path in files:
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                for number in range(file.num_row_groups):  # over all of them, iter_batches holds more, the more there are
                    # A struct's name also reads `name.…`; two threads hold 25 MB more and take as long.
                    for batch in file.iter_batches(batch_size=size, row_groups=[number], columns=list(columns), use_threads=False):
                        yield pa.Table.from_batches([batch.select(columns).replace_schema_metadata(None)])
        except (pa.ArrowException, OSError) as error:
            raise ResynError(f"the batch {path} cannot be read: {error}", hint="Run `dvc repro`.") from error
