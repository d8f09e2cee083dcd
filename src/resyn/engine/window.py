"""The rows being made: which cells are ready, which rows are finished. Pure state, no I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from resyn.columns.accept import Accept, Verdicts, why_not
from resyn.engine.compiled import CellNode
from resyn.store.traces import Turn

_FEW, _SHARE = 256, 4


@dataclass(slots=True, eq=False)
class Row:
    """Hold one row while it is made.

    An attempt is judged once every cell that can be made is settled: the requests behind a row then depend on answers alone,
    never on which of two answers came first.
    """

    key: str
    """The batch it belongs to."""
    index: int
    attempt: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    started: int = 0
    """Cells of this attempt that were ready."""
    failures: dict[str, str] = field(default_factory=dict)
    """Column → why it could not be made in this attempt."""
    turns: list[Turn] = field(default_factory=list)
    is_hopeless: bool = False
    """Whether drawing it again could change nothing."""
    candidates: list[Verdicts] = field(default_factory=list)
    """What the conditions said of each attempt that was made."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Say what became of a row: `values`, or None and the failures of its last attempt."""

    index: int
    values: Mapping[str, Any] | None
    failures: Mapping[str, str]
    turns: tuple[Turn, ...]
    candidates: tuple[Verdicts, ...] = ()
    """What the config's conditions said of each attempt that was made."""


class Window:
    """Keep the open rows of any number of ranges, at most `bound` of them; a finished row is open no more.

    An open row holds its requests, 10 KB and more of them, so a quarter of the bound is used until somebody has nothing to do.
    """

    def __init__(self, cells: tuple[CellNode, ...], bound: int, max_redraws: int, accept: Accept | None = None) -> None:
        self._order = {node.name: position for position, node in enumerate(cells)}
        self._makes = {node.name: node.makes for node in cells}
        self._first = tuple(node for node in cells if not node.waits_for)
        self._after = {node.name: tuple(later for later in cells if node.name in later.waits_for) for node in cells}
        self._most, self._max_redraws, self._accept = bound, max_redraws, accept
        # All mutable state: how many rows may be open, and are; cells that may start; rows to draw again; rows that are finished.
        self._bound = max(min(bound, _FEW), bound // _SHARE)
        self._open = 0
        self._ready: deque[tuple[Row, CellNode]] = deque()
        self._redraws: deque[Row] = deque()
        self._finished: deque[tuple[str, Finished]] = deque()
        self.made = dict.fromkeys(self._order, 0)
        """Column → cells made so far, for whoever shows progress."""
        self.rows = 0
        """Rows finished so far."""

    @property
    def room(self) -> int:
        """Return how many more rows may open."""
        return self._bound - self._open

    def widen(self) -> bool:
        """Let twice as many rows be open, up to the bound, where all that may be are; return whether that makes room."""
        if self.room > 0 or self._bound >= self._most:
            return False
        self._bound = min(2 * self._bound, self._most)
        return True

    @property
    def is_empty(self) -> bool:
        """Return whether every row has left."""
        return not self._open and not self._finished

    def open(self, key: str, index: int, roots: dict[str, Any]) -> None:
        """Open a row of batch `key` whose root columns are known."""
        self._open += 1
        self._begin(Row(key, index, values=roots))

    def draw_again(self, row: Row, roots: dict[str, Any]) -> None:
        """Give a failed row the root columns of its next attempt."""
        for column in row.settled:
            self.made[column] -= 1
        row.values, row.settled, row.started, row.failures = roots, set(), 0, {}
        self._begin(row)

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
        if makes := self._makes[column]:
            row.values |= {name: value[name] for name in makes}
        else:
            row.values[column] = value
        row.settled.add(column)
        self.made[column] += 1
        self._start(row, (node for node in self._after[column] if node.waits_for <= row.settled))

    def fail(self, row: Row, column: str, reason: str, *, is_hopeless: bool = False) -> None:
        """Note that a cell cannot be made in this attempt; `is_hopeless`: in no other either."""
        row.failures[column] = reason
        row.is_hopeless |= is_hopeless
        self._start(row, ())

    def leave(self) -> Iterator[tuple[str, Finished]]:
        """Yield finished rows with their batch, in the order they finished in."""
        while self._finished:
            yield self._finished.popleft()

    def _begin(self, row: Row) -> None:
        self._start(row, self._first)

    def _start(self, row: Row, nodes: Iterator[CellNode] | tuple[CellNode, ...]) -> None:
        for node in nodes:
            row.started += 1
            self._ready.append((row, node))
        if len(row.settled) + len(row.failures) == row.started:
            self._judge(row)

    def _judge(self, row: Row) -> None:
        if not row.failures:
            self._consider(row)
        if row.failures and self._may_draw_again(row) and not row.is_hopeless:
            row.attempt += 1
            self._redraws.append(row)
            return
        turns = sorted(row.turns, key=self._place)
        self._open -= 1
        self.rows += 1
        values = None if row.failures else row.values
        self._finished.append((row.key, Finished(row.index, values, row.failures, tuple(turns), tuple(row.candidates))))

    def _place(self, turn: Turn) -> tuple[int, int, int, int, bytes]:
        """Return what orders the turns of a row; a plugin that asks several things at once is answered in any order."""
        request = turn.request
        in_course = request.kind == "tool" or bool(request.tools)  # one after another, and a person reads them so
        return self._order[turn.column], request.attempt, request.restart, turn.turn, b"" if in_course else turn.answer.key

    def _consider(self, row: Row) -> None:
        """Judge a row whose cells were all made; one that is turned down has failed."""
        if self._accept is None:
            return
        row.candidates.append(self._accept.judge(row.index, row.values))
        if not all(row.candidates[-1]):
            row.failures["accept"] = why_not(self._accept.conditions, tuple(row.candidates))

    def _may_draw_again(self, row: Row) -> bool:
        """Return whether the row is within its bounds: of candidates where it was turned down, of redraws where it failed."""
        if self._accept and "accept" in row.failures:
            return len(row.candidates) < self._accept.max_candidates
        return row.attempt - len(row.candidates) < self._max_redraws
