"""Rows on disk, for processors that must have seen the last row before they can say which comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from resyn.export.sql import database, literal, name
from resyn.export.stream import Stream


class Spool:
    """Write all rows of a stream to one file in a folder, to be read again as they came or in an order."""

    def __init__(self, rows: Stream, folder: Path) -> None:
        self._schema = rows.schema
        self._folder = folder
        self._path = folder / "rows.parquet"
        with pq.ParquetWriter(self._path, rows.schema, compression="lz4") as writer:
            for table in rows.tables:
                writer.write_table(table)

    def read(self) -> Iterator[pa.Table]:
        """Yield the rows as they came."""
        with pq.ParquetFile(self._path) as file:
            for number in range(file.num_row_groups):  # iter_batches holds more, the more groups there are
                yield file.read_row_group(number, use_threads=False).cast(self._schema)

    def ordered(self, by: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the rows in the order of SQL terms that leave no two equal."""
        names = ", ".join(map(name, self._schema.names))
        for table in self._query("SELECT {names} FROM {rows} ORDER BY {terms}", names=names, terms=", ".join(by)):
            yield table.cast(self._schema)

    def firsts(self, keys: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the positions (`place`), in order, of the first row for each combination of SQL terms."""
        return self._query("SELECT min(file_row_number) AS place FROM {rows} GROUP BY {keys} ORDER BY place", keys=", ".join(keys))

    def _query(self, sql: str, **terms: str) -> Iterator[pa.Table]:
        with database(self._folder) as duckdb:
            yield from duckdb.read(sql, rows=f"read_parquet({literal(self._path)}, file_row_number = true)", **terms)
