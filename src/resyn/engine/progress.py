"""How far a run is: the engine counts as it goes, and a thread reads the counts a few times a second."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resyn.engine.eta import Look, pace, seconds_left

if TYPE_CHECKING:
    from resyn.engine.asking import Desk
    from resyn.engine.meter import SpendMeter
    from resyn.engine.window import Window

_LOOKS = 1024
"""Looks back that are remembered: four minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelProgress:
    """Say how one model alias fares."""

    alias: str
    in_flight: int
    limit: int
    """How many may be in flight now."""
    queued: int
    sent: int
    answered: int
    refused: int
    retries: int
    input_tokens: int
    output_tokens: int
    failing: str = ""
    """Why its endpoint serves nothing of late; "" where it serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Say how far a run is."""

    seconds: float
    batches: int
    batches_total: int
    rows: int
    rows_total: int
    cells: Mapping[str, int]
    """Column → cells made, stored answers among them."""
    rate: float
    """Rows a second, lately."""
    eta: float | None
    """Seconds to go; None where nothing says yet."""
    models: tuple[ModelProgress, ...]
    dollars: float | None
    """What the dataset has cost so far, earlier runs too; None where a price is not known."""
    is_last: bool = False
    """Whether the run has ended."""


class Progress:
    """Count a run; written by the engine, read from any thread."""

    def __init__(self, ranges: Mapping[str, range]) -> None:
        self._batches_total, self._rows_total = len(ranges), sum(map(len, ranges.values()))
        self._began = time.monotonic()
        # All mutable state: where the engine counts, which columns ask which model, batches finished, and looks since the first request.
        self._window: Window | None = None
        self._desk: Desk | None = None
        self.batches = 0
        self.meter: SpendMeter | None = None
        self._asks: Mapping[str, str] = {}
        self._looks: deque[Look] = deque(maxlen=_LOOKS)

    def begin(self, window: Window, desk: Desk, asks: Mapping[str, str]) -> None:
        """Learn where the engine counts, and which columns ask which model alias."""
        self._window, self._desk, self._asks = window, desk, asks

    def asking(self) -> None:
        """Learn that stored answers go no further: from here on, speed is that of models."""
        self._look(time.monotonic())

    def snapshot(self, *, is_last: bool = False) -> Snapshot:
        """Return how far the run is now."""
        now = time.monotonic()
        window, desk = self._window, self._desk
        cells = dict(window.made) if window else {}
        if self._looks:
            self._look(now)
        left = {column: self._rows_total - made for column, made in cells.items()}
        return Snapshot(
            seconds=now - self._began,
            batches=self.batches,
            batches_total=self._batches_total,
            rows=window.rows if window else 0,
            rows_total=self._rows_total,
            cells=cells,
            rate=pace(self._looks) / len(cells) if cells else 0.0,
            eta=seconds_left(self._looks, left, self._asks),
            models=_models(desk) if desk else (),
            dollars=self.meter.dollars if self.meter else None,
            is_last=is_last,
        )

    def _look(self, now: float) -> None:
        if self._window is not None and self._desk is not None:
            lanes = {alias: lane.look() for alias, lane in list(self._desk.lanes.items())}
            self._looks.append(Look(now, dict(self._window.made), lanes))


@contextmanager
def watched(progress: Progress, show: Callable[[Snapshot], None] | None, every: float = 0.25) -> Iterator[None]:
    """Call `show` with a snapshot every so many seconds while the block runs, and once when it ends; on a thread of its own."""
    if show is None:
        yield
        return
    over = threading.Event()

    def look() -> None:
        while not over.wait(every):
            show(progress.snapshot())

    thread = threading.Thread(target=look, name="resyn-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        show(progress.snapshot(is_last=True))


def _models(desk: Desk) -> tuple[ModelProgress, ...]:
    return tuple(
        ModelProgress(
            alias=alias,
            in_flight=lane.in_flight,
            limit=lane.limit,
            queued=lane.queued,
            sent=lane.counts.sent,
            answered=lane.counts.answered,
            refused=lane.counts.refused,
            retries=lane.counts.retries,
            input_tokens=lane.counts.input_tokens,
            output_tokens=lane.counts.output_tokens,
            failing=lane.failing,
        )
        for alias, lane in sorted(desk.lanes.items())
    )
