"""What a person sees of a run under way: a live view on a terminal, a line now and then in a pipe, or JSON for a program."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

    from resyn.engine.progress import Snapshot

LogFormat = Literal["text", "json"]
_LINE_EVERY_SECONDS = 10.0
_JSON_EVERY_SECONDS = 1.0


def view(log_format: LogFormat = "text") -> Callable[[Snapshot], None]:
    """Return what shows snapshots on standard error, as it suits what that is; where nobody reads it any more, the run goes on unseen."""
    show = _view(log_format)

    def seen(snapshot: Snapshot) -> None:
        with suppress(OSError):
            show(snapshot)

    return seen


def _view(log_format: LogFormat) -> Callable[[Snapshot], None]:
    if log_format == "json":
        return _Every(_JSON_EVERY_SECONDS, lambda snapshot: json.dumps({"event": "progress", **dataclasses.asdict(snapshot)}))
    return _LiveView() if sys.stderr.isatty() else _Every(_LINE_EVERY_SECONDS, line)


def line(snapshot: Snapshot) -> str:
    """Return how far a run is, on one line."""
    retries = sum(model.retries for model in snapshot.models)
    parts = [
        f"{snapshot.rows:,} of {snapshot.rows_total:,} rows",
        f"{snapshot.batches:,} of {snapshot.batches_total:,} batches",
        f"{snapshot.rate:,.1f} rows/s",
        f"{sum(model.in_flight for model in snapshot.models):,} in flight",
        *([f"{retries:,} retries"] if retries else []),
        f"{sum(model.input_tokens + model.output_tokens for model in snapshot.models):,} tokens",
        *([f"${snapshot.dollars:,.2f}"] if snapshot.dollars else []),
        f"{duration(snapshot.eta)} to go" if snapshot.eta is not None else "",
    ]
    return ", ".join(part for part in parts if part) + "".join(f"; {words}" for words in failing(snapshot))


def failing(snapshot: Snapshot) -> list[str]:
    """Return, of each model that serves nothing of late, what it says instead."""
    return [f"{model.alias} serves nothing: {model.failing}" for model in snapshot.models if model.failing]


def duration(seconds: float | None) -> str:
    """Return a time as a person says it."""
    if seconds is None:
        return "?"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60:02d} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60:02d} min"


class _Every:
    """Print a line at most every so many seconds of a run, and one at its end if there was any before."""

    def __init__(self, seconds: float, words: Callable[[Snapshot], str]) -> None:
        self._seconds, self._words = seconds, words
        self._next = seconds

    def __call__(self, snapshot: Snapshot) -> None:
        if snapshot.seconds >= self._next or (snapshot.is_last and snapshot.seconds >= self._seconds):
            self._next = snapshot.seconds + self._seconds
            click.echo(self._words(snapshot), err=True)


class _LiveView:
    """Redraw a table in place; it is gone when the run ends."""

    def __init__(self) -> None:
        self._live: Live | None = None

    def __call__(self, snapshot: Snapshot) -> None:
        if self._live is None:
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(table(snapshot), refresh=True)
        if snapshot.is_last:
            self._live.stop()
            self._live = None


def table(snapshot: Snapshot) -> RenderableType:
    """Return how far a run is: the whole, its models, its columns, of which a low terminal shows the first."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    columns = Table.grid(padding=(0, 2))
    for name, made in snapshot.cells.items():
        columns.add_row(Text(name), ProgressBar(total=snapshot.rows_total, completed=made, width=32), f"{made:,}")
    models = Table.grid(padding=(0, 2))
    for model in snapshot.models:
        tokens = f"{model.input_tokens:,} in, {model.output_tokens:,} out"
        models.add_row(
            Text(model.alias), f"{model.in_flight}/{model.limit} in flight", f"{model.queued:,} wait", f"{model.retries:,} retries", tokens
        )
    head = [
        f"{snapshot.rows:,} of {snapshot.rows_total:,} rows",
        f"{snapshot.batches:,} of {snapshot.batches_total:,} batches",
        f"{snapshot.rate:,.1f} rows/s",
        *([f"${snapshot.dollars:,.2f}"] if snapshot.dollars else []),
        *([f"{duration(snapshot.eta)} to go"] if snapshot.eta is not None else []),
    ]
    troubles = [Text(words, style="red", overflow="ellipsis", no_wrap=True) for words in failing(snapshot)]
    return Group(Text(", ".join(head)), models, *troubles, columns)
