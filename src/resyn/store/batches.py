"""Batch files: Parquet whose bytes depend on the rows alone, with the identity of what made them inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from resyn.store.atomic import replacing
from resyn.store.killpoint import reached

FORMAT = "1"
"""`resyn.version` of the files written here: the layout's, not the package's, so that an upgrade changes no bytes."""
ROW_GROUP_SIZE = 5_000
ROW_GROUP_SIZE_WITHOUT_ANSWERS = 20_000
"""Of batches that no model is asked for: their rows are small."""


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
        dictionary: the columns with few distinct values; where it is not given, those of whose values in the first row group at least
            half are repeated.

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
        self._dictionary = dictionary
        identity = {"resyn.range": f"{rows.start}-{rows.stop}", "resyn.version": FORMAT}
        if fingerprint:
            identity = {"resyn.fingerprint": fingerprint, **identity}
        self._schema = schema.with_metadata(identity)
        self._block = self._writing()
        # Rows that do not fill a row group yet.
        self._waiting = [self._schema.empty_table()]
        self._count = 0
        self._said: dict[str, str] = {}
        # Opened with the first row group, which says how columns are best written.
        self._parquet: pq.ParquetWriter | None = None

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

    def say(self, key: str, value: str) -> None:
        """Put what was learnt while rows were written into the file's metadata; before the block ends."""
        self._said[key] = value

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with replacing(self._path) as self._temp, ExitStack() as self._open:
            yield
            self._flush(self._count)
            writer = self._writer(self._schema.empty_table())  # a file without rows is one, too
            if self._said:
                writer.add_key_value_metadata(self._said)

    def _flush(self, count: int) -> None:
        table = pa.concat_tables(self._waiting)
        for start in range(0, count, self._size):
            # One chunk a column: where pages end would otherwise depend on how the rows arrived.
            group = table.slice(start, min(self._size, count - start)).combine_chunks()
            self._writer(group).write_table(group, row_group_size=self._size)
            reached("row-group", self._path.name)
        self._waiting = [table.slice(count)]
        self._count -= count

    def _writer(self, first: pa.Table) -> pq.ParquetWriter:
        if self._parquet is None:
            dictionary = repetitive(first) if self._dictionary is None else list(self._dictionary)
            options = {"compression": "zstd", "use_dictionary": dictionary, "write_page_checksum": True}
            self._parquet = self._open.enter_context(pq.ParquetWriter(self._temp, self._schema, **options))
        return self._parquet


def repetitive(table: pa.Table) -> list[str]:
    """Return the paths, as Parquet names them, of the columns of whose values at least half are repeated."""
    leaves = (leaf for name in table.column_names for leaf in _leaves(name, table[name].combine_chunks()))
    return [path for path, values in leaves if 2 * pc.count_distinct(values, mode="all").as_py() <= len(values)]


def _leaves(path: str, values: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    if isinstance(values, pa.ChunkedArray):  # what a table without rows has
        values = pa.array([], values.type)
    if pa.types.is_struct(values.type):
        for field, inner in zip(values.type, values.flatten(), strict=True):
            yield from _leaves(f"{path}.{field.name}", inner)
    elif pa.types.is_list(values.type):
        yield from _leaves(f"{path}.list.element", values.flatten())
    elif not pa.types.is_nested(values.type) and not pa.types.is_null(values.type):
        yield path, values


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


def is_whole(path: Path) -> bool:
    """Read every page of a batch or trace file against its checksum, one row group at a time."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for group in range(file.num_row_groups):
                file.read_row_group(group)
    except (OSError, pa.ArrowException, ValueError):  # of names, too, Python decodes what is damaged
        return False
    return True
