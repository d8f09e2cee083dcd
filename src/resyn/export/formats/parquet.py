"""Parquet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def write(path: Path, schema: pa.Schema, groups: Iterable[pa.Table]) -> None:
    """Write each table as one row group, compressed with zstd."""
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in groups:
            writer.write_table(group, row_group_size=group.num_rows)
