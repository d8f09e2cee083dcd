"""Make rows: hand ready cells their answers, wait for those that are not stored, let finished rows leave in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from resyn.columns.protocol import Cell, CellFailed
from resyn.engine.asking import Asker
from resyn.engine.compiled import CellNode, Compiled
from resyn.engine.window import Finished, Row, Window
from resyn.models.request import Answer, Request
from resyn.store.traces import Turn

_BLOCK = 256
"""Rows whose root columns are computed together."""


class Sink(Protocol):
    """Take finished rows, each range's in order."""

    def put(self, key: str, row: Finished) -> None:
        """Take the next row of a range."""


@dataclass(slots=True)
class _Waiting:
    """A cell that waits for an answer."""

    row: Row
    node: CellNode
    cell: Cell


@dataclass(frozen=True, slots=True)
class _Arrival:
    waiting: _Waiting
    request: Request
    answer: Answer


class Driver:
    """Drive the cells of one run over an event loop."""

    def __init__(self, compiled: Compiled, window: Window, asker: Asker) -> None:
        self._compiled, self._window, self._asker = compiled, window, asker
        # All mutable state: requests under way, answers and errors that came, and the signal that one did.
        self._under_way: set[asyncio.Task[None]] = set()
        self._arrivals: deque[_Arrival] = deque()
        self._errors: list[BaseException] = []
        self._news = asyncio.Event()

    async def run(self, ranges: Mapping[str, range], sink: Sink) -> None:
        """Make the rows of every range and hand them to the sink.

        Raises:
            ResynError: the first error that ends the run; answers that arrived are stored.
        """
        rows = _rows(self._compiled, ranges)
        keys = _keys(ranges)
        try:
            more = True
            while more or not self._window.is_empty:
                more = more and self._fill(rows)
                self._start()
                for finished in self._window.leave():
                    sink.put(next(keys), finished)
                # Also when nothing is under way: signals are delivered between two turns of the loop.
                await (self._wait() if self._under_way else asyncio.sleep(0))
        finally:
            await self._abandon()

    def _fill(self, rows: Iterator[tuple[int, dict[str, object]]]) -> bool:
        """Open as many rows as there is room for; return whether there may be more."""
        for _ in range(self._window.room):
            if (following := next(rows, None)) is None:
                return False
            self._window.open(*following)
        return True

    def _start(self) -> None:
        """Advance every cell that can go on, and every cell that this makes ready."""
        while True:
            while self._arrivals:
                arrival = self._arrivals.popleft()
                self._advance(arrival.waiting, arrival)
            for row in self._window.to_redraw():
                (roots,) = self._compiled.root_rows(range(row.index, row.index + 1), row.attempt)
                self._window.draw_again(row, roots)
            ready = list(self._window.ready())
            for row, node in ready:
                needed = {name: row.values[name] for name in node.needs}
                self._advance(_Waiting(row, node, node.column.cell(row.index, row.attempt, needed)), None)
            if not ready:
                return

    def _advance(self, waiting: _Waiting, arrival: _Arrival | None) -> None:
        """Send a cell its answer, and stored ones after it, until it is done or must wait."""
        row, name = waiting.row, waiting.node.name
        request, answer = (arrival.request, arrival.answer) if arrival else (None, None)
        while True:
            if request and answer:
                row.turns.append(_turn(row, name, request, answer))
            try:
                request = waiting.cell.send(answer)  # type: ignore[arg-type] # a generator's first send takes None
            except StopIteration as done:
                return self._window.settle(row, name, done.value)
            except CellFailed as error:
                return self._window.fail(row, name, error.message)
            if _repeats(row, name, request):
                return self._window.fail(row, name, _REPEATED, is_hopeless=True)
            if (answer := self._asker.stored(request)) is None:
                return self._ask(waiting, request)

    def _ask(self, waiting: _Waiting, request: Request) -> None:
        task = asyncio.create_task(self._fetch(waiting, request))
        self._under_way.add(task)
        task.add_done_callback(self._landed)

    async def _fetch(self, waiting: _Waiting, request: Request) -> None:
        self._arrivals.append(_Arrival(waiting, request, await self._asker.ask(request)))

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._news.set()
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._errors.append(error)

    async def _wait(self) -> None:
        await self._news.wait()
        self._news.clear()
        if self._errors:
            raise self._errors[0]

    async def _abandon(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)


_REPEATED = "drawn again, it asks the same at temperature 0: give its prompt something that varies, or raise the temperature"


def _repeats(row: Row, column: str, request: Request) -> bool:
    """Return whether a redraw asks, at temperature 0, what an earlier attempt of the row asked in vain."""
    if row.attempt == 0 or request.corrects or request.parameters.get("temperature") != 0:
        return False
    return any(
        turn.column == column and turn.request.attempt < row.attempt and turn.request.messages == request.messages for turn in row.turns
    )


def _turn(row: Row, column: str, request: Request, answer: Answer) -> Turn:
    turn = request.corrects.turn if request.corrects else 0
    return Turn(row=row.index, column=column, turn=turn, request=request, answer=answer)


def _rows(compiled: Compiled, ranges: Mapping[str, range]) -> Iterator[tuple[int, dict[str, object]]]:
    for rows in ranges.values():
        for start in range(rows.start, rows.stop, _BLOCK):
            block = range(start, min(start + _BLOCK, rows.stop))
            yield from zip(block, compiled.root_rows(block, 0), strict=True)


def _keys(ranges: Mapping[str, range]) -> Iterator[str]:
    """Yield the batch of each row, in the order rows leave."""
    for key, rows in ranges.items():
        for _ in rows:
            yield key
