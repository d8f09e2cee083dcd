"""The rows being made: which cells are ready, which rows may leave. Pure state, no I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from resyn.engine.compiled import CellNode
from resyn.store.traces import Turn


@dataclass(slots=True, eq=False)
class Row:
    """Hold one row while it is made.

    An attempt is judged once every cell that can be made is settled: the requests behind a row then depend on answers alone,
    never on which of two answers came first.
    """

    index: int
    attempt: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    started: set[str] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)
    """Column → why it could not be made in this attempt."""
    turns: list[Turn] = field(default_factory=list)
    is_hopeless: bool = False
    """Whether drawing it again could change nothing."""
    finished: Finished | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """Say what became of a row: `values`, or None and the failures of its last attempt."""

    index: int
    values: Mapping[str, Any] | None
    failures: Mapping[str, str]
    turns: tuple[Turn, ...]


class Window:
    """Keep the open rows, in order, at most `bound` of them."""

    def __init__(self, cells: tuple[CellNode, ...], bound: int, max_redraws: int) -> None:
        self._cells = cells
        self._order = {node.name: position for position, node in enumerate(cells)}
        self._makes = {node.name: node.makes for node in cells}
        self._bound, self._max_redraws = bound, max_redraws
        # All mutable state: rows that are open, in order; cells that may start; rows to draw again.
        self._rows: deque[Row] = deque()
        self._ready: deque[tuple[Row, CellNode]] = deque()
        self._redraws: deque[Row] = deque()

    @property
    def room(self) -> int:
        """Return how many more rows may open."""
        return self._bound - len(self._rows)

    @property
    def is_empty(self) -> bool:
        """Return whether every row has left."""
        return not self._rows

    def open(self, index: int, roots: dict[str, Any]) -> None:
        """Open a row whose root columns are known; rows open in order."""
        row = Row(index, values=roots)
        self._rows.append(row)
        self._wake(row)

    def draw_again(self, row: Row, roots: dict[str, Any]) -> None:
        """Give a failed row the root columns of its next attempt."""
        row.values, row.settled, row.started, row.failures = roots, set(), set(), {}
        self._wake(row)

    def ready(self) -> Iterator[tuple[Row, CellNode]]:
        """Yield, once each, the cells whose inputs are known."""
        while self._ready:
            yield self._ready.popleft()

    def to_redraw(self) -> Iterator[Row]:
        """Yield, once each, rows whose attempt failed, their attempt already raised."""
        while self._redraws:
            yield self._redraws.popleft()

    def settle(self, row: Row, column: str, value: Any) -> None:
        """Note what a cell made: its value, or a mapping of them where its column makes several."""
        makes = self._makes[column]
        row.values |= {name: value[name] for name in makes} if makes else {column: value}
        row.settled.add(column)
        self._wake(row)

    def fail(self, row: Row, column: str, reason: str, *, is_hopeless: bool = False) -> None:
        """Note that a cell cannot be made in this attempt; `is_hopeless`: in no other either."""
        row.failures[column] = reason
        row.is_hopeless |= is_hopeless
        self._wake(row)

    def leave(self) -> Iterator[Finished]:
        """Yield the rows at the front that are finished, in order."""
        while self._rows and (finished := self._rows[0].finished):
            self._rows.popleft()
            yield finished

    def _wake(self, row: Row) -> None:
        for node in self._cells:
            if node.name not in row.started and node.waits_for <= row.settled:
                row.started.add(node.name)
                self._ready.append((row, node))
        if len(row.settled) + len(row.failures) == len(row.started):
            self._judge(row)

    def _judge(self, row: Row) -> None:
        if row.failures and row.attempt < self._max_redraws and not row.is_hopeless:
            row.attempt += 1
            self._redraws.append(row)
            return
        turns = sorted(row.turns, key=lambda turn: (self._order[turn.column], turn.request.attempt, turn.request.restart, turn.turn))
        row.finished = Finished(row.index, None if row.failures else row.values, row.failures, tuple(turns))
