"""Finished rows of many batches → staged ranges, each as soon as its last row is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from resyn.engine.batch_report import BatchReport
from resyn.engine.making import Making
from resyn.engine.progress import Progress
from resyn.engine.sink import BatchSink
from resyn.engine.window import Finished
from resyn.errors import MissingRows
from resyn.store.rejects import write_rejects
from resyn.store.staged import ROWS, TRACES, publish, staging

_ROWS_KEPT = 256
"""Rows of a batch in memory before its files are opened: of small batches many are under way, and a process has few file handles."""


class StagingSink:
    """Stage batches as they finish. In a `with` block: what is not finished when it ends is dropped, what is stays staged.

    A batch that lacks rows which the config does not allow to be missing is not staged; `failed` holds why, and the others go on.
    `on_batch` is told of each batch that was staged; what it raises ends the run.
    """

    def __init__(self, making: Making, progress: Progress, on_batch: Callable[[BatchReport], None]) -> None:
        self._making, self._progress, self._on_batch = making, progress, on_batch
        # All mutable state: batches under way, and those that came to an end.
        self._open: dict[str, _Batch] = {}
        self.staged: list[BatchReport] = []
        self.failed: list[MissingRows] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for batch in self._open.values():
            batch.drop()

    def put(self, key: str, row: Finished) -> None:
        """Take the next row of a batch."""
        self._batch(key).put(row)

    def of(self, key: str) -> BatchSink:
        """Return what takes the rows of a batch that no model is asked for."""
        return self._batch(key).sink

    def done(self, key: str) -> None:
        """Stage a batch whose last row was put."""
        batch = self._batch(key)
        del self._open[key]
        try:
            report = batch.finish()
        except MissingRows as error:
            self.failed.append(error)
        else:
            self.staged.append(report)
            self._progress.batches += 1
            self._on_batch(report)

    def _batch(self, key: str) -> _Batch:
        if key not in self._open:
            self._open[key] = _Batch(self._making, key)
        return self._open[key]


class _Dropped(Exception):
    """Make the writers leave no file; it goes no further than the block that raises it."""


class _Batch:
    """Write one batch into a folder of its own, from its first row to its place among the staged ranges."""

    def __init__(self, making: Making, key: str) -> None:
        self._making, self._key, self._rows = making, key, making.ranges[key]
        self._began = time.monotonic()
        self._kept: list[Finished] = []
        self._sink: BatchSink | None = None
        self._folder, self._writing = ExitStack(), ExitStack()
        self._work = Path()

    @property
    def sink(self) -> BatchSink:
        """Return what writes the files, opened now if need be."""
        if self._sink is None:
            making = self._making
            self._work = self._folder.enter_context(staging(making.state, making.fingerprint, self._rows))
            paths = self._work / ROWS, self._work / TRACES
            sink = BatchSink(paths, self._key, self._rows, making.program, making.fingerprint, making.compiled)
            self._sink = self._writing.enter_context(sink)
        return self._sink

    def put(self, row: Finished) -> None:
        self._kept.append(row)
        if len(self._kept) >= _ROWS_KEPT:
            self._write()

    def finish(self) -> BatchReport:
        """Stage the batch.

        Raises:
            MissingRows: too few rows; nothing is staged.
        """
        self._write()
        sink = self.sink
        write_rejects(self._making.state, self._making.fingerprint, self._rows, sink.rejected)
        try:
            sink.judge()
            self._writing.close()
            publish(self._work, self._making.fingerprint, self._rows, missing=len(sink.missing), answers=sink.answers)
        except BaseException:
            self.drop()
            raise
        self._folder.close()
        seconds = time.monotonic() - self._began
        return BatchReport(key=self._key, rows=self._rows, missing=len(sink.missing), answers=sink.answers, seconds=seconds)

    def drop(self) -> None:
        """Leave nothing behind."""
        with suppress(_Dropped), self._folder, self._writing:
            raise _Dropped

    def _write(self) -> None:
        for row in self._kept:
            self.sink.put(self._key, row)
        self._kept.clear()
