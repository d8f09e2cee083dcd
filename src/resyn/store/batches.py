"""Batch files: Parquet whose bytes depend on the rows alone, with the identity of what made them inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from resyn.store.atomic import replacing

FORMAT = "1"
"""`resyn.version` of the files written here: the layout's, not the package's, so that an upgrade changes no bytes."""
ROW_GROUP_SIZE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchIdentity:
    """Say what made a file."""

    fingerprint: str
    """"" where it says none, as a trace does."""
    rows: range
    """The row indices it stands for."""
    count: int
    """The rows it holds: fewer than `rows` where the config lets some be missing; turns, in a trace."""
    version: str


class BatchWriter:
    """Write tables of any length to one Parquet file with row groups of exactly `row_group_size` rows, the last one shorter.

    Used in a `with` block: the file appears when the block ends, whole, and not at all when it raises. At most one row group and one
    table are in memory. The first column of `schema` is `__row` (int64).

    Args:
        path: the file; its folder is made.
        schema: of every table; its metadata is left out.
        fingerprint: the identity of what generates the rows; "" where the file is to say none.
        rows: the row indices the file stands for.
        row_group_size: rows in a row group.
        dictionary: the columns with few distinct values; all columns try, where it is not given.

    Raises:
        Unwritable: as `atomic.replacing`.
    """

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        fingerprint: str,
        rows: range,
        *,
        row_group_size: int = ROW_GROUP_SIZE,
        dictionary: Sequence[str] | None = None,
    ) -> None:
        if schema.field(0) != pa.field("__row", pa.int64()):
            raise ValueError("the first column of a batch is `__row`, int64")
        self._path, self._size = path, row_group_size
        self._dictionary = True if dictionary is None else list(dictionary)
        identity = {"resyn.range": f"{rows.start}-{rows.stop}", "resyn.version": FORMAT}
        if fingerprint:
            identity = {"resyn.fingerprint": fingerprint, **identity}
        self._schema = schema.with_metadata(identity)
        self._block = self._writing()
        # Rows that do not fill a row group yet.
        self._waiting = [self._schema.empty_table()]
        self._count = 0

    def __enter__(self) -> Self:
        self._block.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._block.__exit__(kind, error, trace)

    def write(self, table: pa.Table) -> None:
        """Append rows; cut where it suits the caller.

        Raises:
            ValueError: the table's schema is not the batch's.
        """
        if not table.schema.equals(self._schema, check_metadata=False):
            raise ValueError(f"a table with {table.schema} was written to a batch with {self._schema}")
        self._waiting.append(table.replace_schema_metadata(self._schema.metadata))
        self._count += table.num_rows
        if self._count >= self._size:
            self._flush(self._count - self._count % self._size)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        options = {"compression": "zstd", "use_dictionary": self._dictionary, "write_page_checksum": True}
        with replacing(self._path) as temp, pq.ParquetWriter(temp, self._schema, **options) as self._parquet:
            yield
            self._flush(self._count)

    def _flush(self, count: int) -> None:
        table = pa.concat_tables(self._waiting)
        for start in range(0, count, self._size):
            # One chunk a column: where pages end would otherwise depend on how the rows arrived.
            group = table.slice(start, min(self._size, count - start)).combine_chunks()
            self._parquet.write_table(group, row_group_size=self._size)
        self._waiting = [table.slice(count)]
        self._count -= count


def read_identity(path: Path) -> BatchIdentity | None:
    """Return what a batch or trace file says of itself, or None where it is missing, torn or not one of ours."""
    try:
        footer = pq.read_metadata(path)
        said = {key.decode(): value.decode() for key, value in (footer.metadata or {}).items()}
        start, stop = said["resyn.range"].split("-")
        rows = range(int(start), int(stop))
        made_by = said.get("resyn.fingerprint", "")
        return BatchIdentity(fingerprint=made_by, rows=rows, count=footer.num_rows, version=said["resyn.version"])
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return None
