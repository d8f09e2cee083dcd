"""What the response store holds, and whether all of it can be read; nothing is changed, a damaged file neither."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from resyn.models.request import Status
from resyn.store.database import FAILURES, Damaged
from resyn.store.responses import Responses
from resyn.store.rows import COLUMNS, from_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Count what is stored."""

    answers: int
    refused: int
    """Of them, records of requests that were refused for good."""
    input_tokens: int
    output_tokens: int
    oldest: str
    """When the first of them came, ISO 8601; "" where there is none."""
    newest: str
    store_bytes: int
    """The file and its log."""
    staged_bytes: int
    """Finished batches that wait for their stage."""
    set_aside: tuple[str, ...]
    """Damaged files that were replaced."""


def stats(state: Path) -> Stats:
    """Return what a state folder holds.

    Raises:
        ResynError: the store cannot be opened.
    """
    path = state / "responses.sqlite"
    with closing(Responses(path)) as responses:
        count, refused, inputs, outputs, oldest, newest = responses.run(_totals)
    return Stats(
        answers=count,
        refused=refused or 0,
        input_tokens=inputs or 0,
        output_tokens=outputs or 0,
        oldest=_moment(oldest),
        newest=_moment(newest),
        store_bytes=sum(_size(path.with_name(path.name + suffix)) for suffix in ("", "-wal")),
        staged_bytes=sum(_size(file) for file in (state / "staged").rglob("*.parquet")),
        set_aside=tuple(sorted(file.name for file in state.glob("*.corrupt-*Z"))),
    )


def check(path: Path) -> Iterator[str]:
    """Yield what is wrong with a store's file, a sentence each: its structure by SQLite's own check, each answer by its checksum."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            yield from (line for (line,) in connection.execute("PRAGMA integrity_check(10)") if line != "ok")
            for rowid, *row in connection.execute(f"SELECT rowid, {COLUMNS} FROM answers"):  # noqa: S608 - constants
                try:
                    from_row(row)
                except Damaged as error:
                    yield f"answer {rowid}: {error}"
    except FAILURES as error:
        yield f"it cannot be read on: {error}"


def _totals(connection: sqlite3.Connection) -> tuple[int, int | None, int | None, int | None, int | None, int | None]:
    query = "SELECT count(*), sum(status = ?), sum(input_tokens), sum(output_tokens), min(answered_at), max(answered_at) FROM answers"
    row: tuple[int, int | None, int | None, int | None, int | None, int | None] = connection.execute(
        query, (str(Status.REFUSED),)
    ).fetchone()
    return row


def _moment(milliseconds: int | None) -> str:
    return "" if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
