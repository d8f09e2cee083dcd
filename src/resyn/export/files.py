"""The files of a dataset: one a split in each format, all of them in one pass over the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from resyn.export.formats import find_writer
from resyn.export.rows import ROWS_PER_GROUP
from resyn.export.stream import ROW, SPLIT, Waiting
from resyn.store import atomic

ONLY = "train"
"""The split of a dataset that has none."""


class DatasetFiles:
    """Write the rows of one dataset; used in a `with` block, whose end makes all files appear.

    Args:
        folder: where they go.
        formats: names of formats; each must exist.
        splits: names of splits, by their numbers.
        schema: of the tables that will be written; columns of our own and those of `drop` are left out of the files.
        drop: columns to leave out.

    Raises:
        Unwritable: as `atomic.replacing`.
    """

    def __init__(self, folder: Path, formats: Sequence[str], splits: Sequence[str], schema: pa.Schema, drop: Sequence[str] = ()) -> None:
        self.columns = tuple(name for name in schema.names if name not in (ROW, SPLIT, *drop))
        self.schema = pa.schema([schema.field(name) for name in self.columns])
        self.splits = tuple(splits) if SPLIT in schema.names else (ONLY,)
        self.files = {split: tuple(folder / f"{split}.{name}" for name in formats) for split in self.splits}
        self._stack = ExitStack()
        # Rows that fill no group yet, and how many there were, a split each.
        self._waiting = [Waiting(ROWS_PER_GROUP) for _ in self.splits]
        self._appends: list[list[Callable[[pa.Table], None]]] = []
        self._rows = [0 for _ in self.splits]

    @property
    def rows(self) -> dict[str, int]:
        """Return how many rows each split has got."""
        return dict(zip(self.splits, self._rows, strict=True))

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            for paths in self.files.values():
                self._appends.append([opened.enter_context(_appending(path, self.schema)) for path in paths])
            self._stack = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None:
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack:
            for number, waiting in enumerate(self._waiting):
                for group in waiting.rest():
                    self._append(number, group)

    def write(self, table: pa.Table) -> None:
        """Append rows, each to its split."""
        for number in range(len(self.splits)):
            rows = table.filter(pc.equal(table.column(SPLIT), number)) if SPLIT in table.column_names else table
            self._rows[number] += rows.num_rows
            for group in self._waiting[number].add(rows.select(self.columns)):
                self._append(number, group)

    def _append(self, number: int, group: pa.Table) -> None:
        for append in self._appends[number]:
            append(group)


@contextmanager
def _appending(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    with atomic.replacing(path) as temp, find_writer(path.suffix[1:])(temp, schema) as append:
        yield append
