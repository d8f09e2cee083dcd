"""Finished rows → the two files of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa

from resyn.columns.accept import Verdicts
from resyn.engine.compiled import ROW, Compiled
from resyn.engine.tally import Tally
from resyn.engine.window import Finished
from resyn.errors import MissingRows
from resyn.spec import Program
from resyn.store.atomic import remove_leftovers
from resyn.store.batches import ROW_GROUP_SIZE, ROW_GROUP_SIZE_WITHOUT_ANSWERS, BatchWriter
from resyn.store.traces import TraceWriter, Turn

_AT_ONCE = 1024
"""Rows and turns that become a table together."""
_NAMED_IN_ERRORS = 5
_FAILED = (
    "every answer is kept: mend the prompt, the schema or `max_tokens` and run the same command again, "
    "or allow missing rows with `max_missing_share`; `resyn store forget --failed` lets refused requests be asked again"
)
_TURNED_DOWN = "every answer is kept: raise `max_candidates` or loosen `accept`, then run the same command again; or allow missing rows with `max_missing_share`"


class BatchSink:
    """Write rows and turns to two files as they come, in order; a `with` block that raises leaves none. For their one writer."""

    def __init__(self, paths: tuple[Path, Path], key: str, rows: range, program: Program, fingerprint: str, compiled: Compiled) -> None:
        self.missing: list[Finished] = []
        self.answers = 0
        self._key, self._program, self._open = key, program, ExitStack()
        self._schema = pa.schema([pa.field(ROW, pa.int64()), *compiled.schema])
        self._paths = paths
        size = ROW_GROUP_SIZE if compiled.cells else ROW_GROUP_SIZE_WITHOUT_ANSWERS
        self._rows = BatchWriter(self._paths[0], self._schema, fingerprint, rows, row_group_size=size)
        self._turns = TraceWriter(self._paths[1], rows)
        self._tally = Tally(program.accept) if program.accept else None
        self._waiting_rows: list[Mapping[str, Any]] = []
        self._waiting_index: list[int] = []
        self._waiting_turns: list[Turn] = []

    def __enter__(self) -> Self:
        for path in self._paths:
            remove_leftovers(path)
        with ExitStack() as stack:
            stack.enter_context(self._turns)
            stack.enter_context(self._rows)
            self._open = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._open as stack:
            if error is None:
                self._flush()
                if self._tally:
                    self._rows.say("resyn.accept", self._tally.text)
            else:
                stack.__exit__(kind, error, trace)

    def put(self, key: str, row: Finished) -> None:  # noqa: ARG002 - one batch; a run of many has a sink that needs the key
        """Take the next row and the turns behind it."""
        self._waiting_turns.extend(row.turns)
        self.note(row.candidates)
        if row.values is None:
            self.put_lost(row)
        else:
            self._waiting_rows.append(row.values)
            self._waiting_index.append(row.index)
        if len(self._waiting_rows) + len(self._waiting_turns) >= _AT_ONCE:
            self._flush()

    def done(self, key: str) -> None:
        """Learn that every row was put; the files appear when the block ends."""

    def put_lost(self, row: Finished) -> None:
        """Take a row that could not be made."""
        self.missing.append(row)

    def note(self, candidates: tuple[Verdicts, ...]) -> None:
        """Count the candidates of a row, where the config judges rows."""
        if self._tally:
            self._tally.note(candidates)

    def put_block(self, rows: Sequence[int], columns: Mapping[str, pa.Array]) -> None:
        """Take rows that no model was asked for."""
        index = pa.array(np.asarray(rows, dtype=np.int64))
        self._rows.write(pa.table([index, *(columns[field.name] for field in self._schema if field.name != ROW)], schema=self._schema))

    @property
    def rejected(self) -> Iterator[tuple[int, Mapping[str, str], tuple[Turn, ...]]]:
        """Yield the rows that could not be made: their index, why by column, and the answers behind them."""
        return ((row.index, row.failures, row.turns) for row in self.missing)

    def judge(self) -> None:
        """Refuse a batch with missing rows where the config allows none; the share of others is judged over the dataset, in export.

        Raises:
            MissingRows: names rows, columns and reasons.
        """
        if not self.missing or self._program.max_missing_share > 0:
            return
        named = [_reason(row) for row in self.missing[:_NAMED_IN_ERRORS]]
        more = len(self.missing) - len(named)
        raise MissingRows(
            f"{len(self.missing)} of the rows of batch {self._key} could not be made{self._rate()}:\n  "
            + "\n  ".join([*named, *([f"and {more} more"] if more else [])]),
            hint=_TURNED_DOWN if any("accept" in row.failures for row in self.missing) else _FAILED,
        )

    def _rate(self) -> str:
        if self._tally is None or not self._tally.candidates:
            return ""
        rate = self._tally.accepted / self._tally.candidates
        return f" ({self._tally.accepted} of {self._tally.candidates} candidates were accepted, {rate:.1%})"

    def _flush(self) -> None:
        self.answers += len(self._waiting_turns)
        self._turns.write(self._waiting_turns)
        rows = self._waiting_rows
        columns = [pa.array([row[field.name] for row in rows], field.type) for field in self._schema if field.name != ROW]
        self._rows.write(pa.table([pa.array(self._waiting_index, pa.int64()), *columns], schema=self._schema))
        for waiting in (self._waiting_turns, self._waiting_rows, self._waiting_index):
            waiting.clear()


def _reason(row: Finished) -> str:
    return f"row {row.index}: " + "; ".join(f"column '{column}': {reason}" for column, reason in row.failures.items())
