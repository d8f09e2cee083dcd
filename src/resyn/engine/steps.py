"""What follows from what is known: cells go on with their answers, failed rows are drawn again, new rows open. Nothing is awaited here."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from resyn.columns.protocol import Cell, CellFailed, Work
from resyn.engine.compiled import CellNode, Compiled
from resyn.engine.order import InOrder
from resyn.engine.window import Row, Window
from resyn.models.request import Answer, Request
from resyn.store.traces import Turn

_BLOCK = 1024
"""Rows whose root columns are computed together."""


@dataclass(slots=True, eq=False)
class Waiting:
    """Hold a cell that waits: for the answer to `request`, or for the result of `work`."""

    row: Row
    node: CellNode
    cell: Cell
    request: Request | None = None
    work: Work | None = None


class Steps:
    """Advance the rows of a run. Both drivers do what `wanted` and `work` ask for, say what came of it, and call `advance`."""

    def __init__(self, compiled: Compiled, window: Window, ranges: Mapping[str, range], leaving: InOrder) -> None:
        self._compiled, self._window, self._leaving = compiled, window, leaving
        self._rows = _rows(compiled, ranges)
        # All mutable state: whether rows may be left to open, and what came for cells that waited.
        self._has_more = True
        self._came: deque[tuple[Waiting, Any]] = deque()
        self.wanted: list[Waiting] = []
        """Cells whose answers somebody has to get; whoever takes them empties the list."""
        self.work: list[Waiting] = []
        """Cells whose work somebody has to do; emptied alike."""

    @property
    def is_done(self) -> bool:
        """Return whether every row has left."""
        return not self._has_more and self._window.is_empty

    @property
    def has_news(self) -> bool:
        """Return whether `advance` would change anything."""
        return bool(self._came)

    def widen(self) -> bool:
        """Note that a model could answer more than is asked; return whether `advance` would open more rows."""
        return self._has_more and self._window.widen()

    def answer(self, waiting: Waiting, answer: Answer) -> None:
        """Note the answer a cell waits for."""
        request = waiting.request
        assert request is not None  # noqa: S101 - for the type checker
        turn = request.corrects.turn if request.corrects else 0
        waiting.row.turns.append(Turn(row=waiting.row.index, column=waiting.node.name, turn=turn, request=request, answer=answer))
        self._came.append((waiting, answer))

    def result(self, waiting: Waiting, result: Any) -> None:
        """Note the result of the work a cell waits for; an exception is thrown into the cell."""
        self._came.append((waiting, result))

    def advance(self) -> None:
        """Go on with everything that can, until every open cell waits for something; hand on the rows that finished.

        Raises:
            ResynError: a template fails, or a cell's code does.
        """
        moved = True
        while moved:
            moved = self._fill()
            while self._came:
                self._go_on(*self._came.popleft())
            moved |= self._start()
            for key, finished in self._window.leave():
                self._leaving.put(key, finished)
                moved = True  # there is room for another

    def _fill(self) -> bool:
        """Open as many rows as there is room for; return whether any opened."""
        before = self._window.room
        while self._has_more and self._window.room > 0:
            if (following := next(self._rows, None)) is None:
                self._has_more = False
            else:
                self._window.open(*following)
        return self._window.room < before

    def _start(self) -> bool:
        """Begin cells that are ready, and rows again that failed; return whether there were any."""
        for row in self._window.to_redraw():
            (roots,) = self._compiled.root_rows(range(row.index, row.index + 1), row.attempt)
            self._window.draw_again(row, roots)
        ready = list(self._window.ready())
        for row, node in ready:
            needed = {name: row.values[name] for name in node.needs}
            self._go_on(Waiting(row, node, node.column.cell(row.index, row.attempt, needed)), None)
        return bool(ready)

    def _go_on(self, waiting: Waiting, came: Any) -> None:
        """Send a cell what it waited for, and note what it wants next."""
        row, name = waiting.row, waiting.node.name
        try:
            wants = waiting.cell.throw(came) if isinstance(came, BaseException) else waiting.cell.send(came)
        except StopIteration as done:
            return self._window.settle(row, name, done.value)
        except CellFailed as error:
            return self._window.fail(row, name, error.message)
        if isinstance(wants, Work):
            waiting.request, waiting.work = None, wants
            return self.work.append(waiting)
        if _repeats(row, name, wants):
            return self._window.fail(row, name, _REPEATED, is_hopeless=True)
        waiting.request, waiting.work = wants, None
        return self.wanted.append(waiting)


_REPEATED = "drawn again, it asks the same at temperature 0: give its prompt something that varies, or raise the temperature"


def _repeats(row: Row, column: str, request: Request) -> bool:
    """Return whether a redraw asks, at temperature 0, what an earlier attempt of the row asked in vain."""
    if row.attempt == 0 or request.corrects or request.parameters.get("temperature") != 0:
        return False
    return any(
        turn.column == column and turn.request.attempt < row.attempt and turn.request.messages == request.messages for turn in row.turns
    )


def _rows(compiled: Compiled, ranges: Mapping[str, range]) -> Iterator[tuple[str, int, dict[str, object]]]:
    for key, rows in ranges.items():
        for start in range(rows.start, rows.stop, _BLOCK):
            block = range(start, min(start + _BLOCK, rows.stop))
            for index, roots in zip(block, compiled.root_rows(block, 0), strict=True):
                yield key, index, roots
