"""The response store: every answer a model gave, durable before it is used."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from resyn.models.request import Answer, Status
from resyn.store.chunks import chunks
from resyn.store.commits import Deliver, GroupCommit
from resyn.store.database import Damaged, Database, Layout, transaction
from resyn.store.rows import COLUMNS, INSERT, SELECT, from_row, insert_many, to_row
from resyn.store.salvage import salvage

Result = TypeVar("Result")

_LAYOUT = Layout(
    version=1,
    tables=(
        # A rowid table: an answer costs 0.02 ms, WITHOUT ROWID 0.05 ms, since bodies then sit in the pages of the index.
        """
        CREATE TABLE answers (
            key BLOB PRIMARY KEY, status TEXT, body BLOB, input_tokens INTEGER, output_tokens INTEGER,
            retries INTEGER, latency_ms INTEGER, answered_at INTEGER, checksum INTEGER
        )
        """,
        "CREATE TABLE imported (name TEXT, size INTEGER, mtime_ns INTEGER, PRIMARY KEY (name, size, mtime_ns)) WITHOUT ROWID",
    ),
    later=(
        """
        CREATE TABLE IF NOT EXISTS paces (
            provider TEXT, model TEXT, in_flight INTEGER, doubles INTEGER, noted_at INTEGER, PRIMARY KEY (provider, model)
        ) WITHOUT ROWID
        """,
    ),
    synchronous="FULL",
    busy_seconds=120.0,
)
_KEYS_A_QUERY = 500
_ANSWERS_A_TRANSACTION = 1000


def _nothing(_: object) -> None:
    pass


class Responses:
    """Keep answers by the key of their request; any number of threads and processes at once.

    `notify` is told in one sentence when a damaged file was set aside. `on_stored` is given the keys of each group that became
    durable, on the store's own thread and before the group's futures are done.
    """

    def __init__(
        self, path: Path, *, notify: Callable[[str], None] = _nothing, on_stored: Callable[[Sequence[bytes]], None] = _nothing
    ) -> None:
        self._notify, self._on_stored = notify, on_stored
        # Two connections, so that no look-up waits for an fsync.
        self._reader = Database(path, _LAYOUT, self._recover)
        self._writer = Database(path, _LAYOUT, self._recover)
        self._commits = GroupCommit(self._store)
        # Both are opened now: with no file handle left, an answer that has been paid for could not be stored.
        for database in (self._reader, self._writer):
            database.run(_nothing)

    def get(self, key: bytes) -> Answer | None:
        """Return the answer to a request, or None."""
        return self._reader.run(partial(_find, key=key))

    def get_many(self, keys: Iterable[bytes]) -> dict[bytes, Answer]:
        """Return those answers that are there, by key."""
        found: dict[bytes, Answer] = {}
        for some in chunks(keys, _KEYS_A_QUERY):
            found |= self._reader.run(partial(_find_many, keys=some))
        return found

    def put(self, answer: Answer) -> Future[Answer]:
        """Store an answer and return a future that is done when it is durable.

        Its result is the answer under the key from now on: `answer`, or the one another process stored first. Use that one.

        Raises (from the future):
            ResynError: the answer could not be stored (full disk, file locked for too long).
        """
        return self._commits.put(answer)

    def add(self, answer: Answer, deliver: Deliver[Answer]) -> None:
        """Store an answer; `deliver` is told what `put`'s future would say, once for all answers of a group, on the store's thread."""
        self._commits.add(answer, deliver)

    def put_many(self, answers: Iterable[Answer]) -> int:
        """Store answers, durable when this returns, and return how many were new; the others are left out.

        Raises:
            ResynError: as `put`; what was committed before stays.
        """
        return sum(self._writer.run(partial(_insert, answers=some)) for some in chunks(answers, _ANSWERS_A_TRANSACTION))

    def count(self) -> int:
        """Return the number of stored answers."""
        return self._reader.run(lambda connection: int(connection.execute("SELECT count(*) FROM answers").fetchone()[0]))

    def forget_refused(self) -> int:
        """Drop the records of refused requests, so that they are asked again; return how many there were."""
        return self._writer.run(
            lambda connection: connection.execute("DELETE FROM answers WHERE status = ?", (str(Status.REFUSED),)).rowcount
        )

    def has_imported(self, name: str, size: int, mtime_ns: int) -> bool:
        """Say whether a trace file was remembered by `remember_import`."""
        query = "SELECT 1 FROM imported WHERE (name, size, mtime_ns) = (?, ?, ?)"
        return self._reader.run(lambda connection: connection.execute(query, (name, size, mtime_ns)).fetchone() is not None)

    def remember_import(self, name: str, size: int, mtime_ns: int) -> None:
        """Remember that every answer of a trace file is stored."""
        insert = "INSERT OR IGNORE INTO imported VALUES (?, ?, ?)"
        self._writer.run(lambda connection: connection.execute(insert, (name, size, mtime_ns)))

    def all(self) -> Iterator[Answer]:
        """Yield every stored answer, oldest first."""
        last = 0
        while rows := self._reader.run(partial(_read_after, rowid=last)):
            last = rows[-1][0]
            yield from (from_row(row[1:]) for row in rows)

    def run(self, action: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return what `action` makes of the store's file, on the connection that writes; it may be called again."""
        return self._writer.run(action)

    def pace(self, provider: str, model: str, since: int) -> tuple[int, bool] | None:
        """Return how many requests a model was last sent at a time, and whether that still doubled; None where not noted since then."""
        query = "SELECT in_flight, doubles FROM paces WHERE provider = ? AND model = ? AND noted_at >= ?"
        found = self._reader.run(lambda connection: connection.execute(query, (provider, model, since)).fetchone())
        return None if found is None else (int(found[0]), bool(found[1]))

    def note_pace(self, provider: str, model: str, in_flight: int, *, doubles: bool, now: int) -> None:
        """Note how many requests a model is sent at a time; times in seconds since the epoch."""
        row = (provider, model, in_flight, doubles, now)
        self._writer.run(lambda connection: connection.execute("INSERT OR REPLACE INTO paces VALUES (?, ?, ?, ?, ?)", row))

    def rebuild(self) -> None:
        """Set the file aside and begin a new one with every answer that is whole."""
        self._writer.replace()

    def close(self) -> None:
        """Make every answer that was put durable, then let go of the file."""
        self._commits.close()
        self._writer.close()
        self._reader.close()

    def _store(self, answers: Sequence[Answer]) -> Sequence[Answer]:
        stored = self._writer.run(partial(_insert_and_read_back, answers=answers))
        self._on_stored([answer.key for answer in answers])
        return stored

    def _recover(self, connection: sqlite3.Connection, aside: Path) -> None:
        kept = sum(_insert(connection, some) for some in chunks(_salvage(aside), _ANSWERS_A_TRANSACTION))
        self._notify(
            f"the response store was damaged: it is set aside as {aside}, and the {kept} answers that could be read are in a new one;"
            " `resyn plan` adds those of data/traces"
        )


def _find(connection: sqlite3.Connection, key: bytes) -> Answer | None:
    row = connection.execute(f"{SELECT} WHERE key = ?", (key,)).fetchone()
    return None if row is None else from_row(row)


def _find_many(connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, Answer]:
    marks = ",".join("?" * len(keys))
    return {row[0]: from_row(row) for row in connection.execute(f"{SELECT} WHERE key IN ({marks})", keys)}


def _read_after(connection: sqlite3.Connection, rowid: int) -> list[tuple[Any, ...]]:
    query = f"SELECT rowid, {COLUMNS} FROM answers WHERE rowid > ? ORDER BY rowid LIMIT {_ANSWERS_A_TRANSACTION}"  # noqa: S608 - constants
    return connection.execute(query, (rowid,)).fetchall()


def _insert(connection: sqlite3.Connection, answers: Sequence[Answer]) -> int:
    with transaction(connection):
        return connection.executemany(INSERT, map(to_row, answers)).rowcount


def _insert_and_read_back(connection: sqlite3.Connection, answers: Sequence[Answer]) -> list[Answer]:
    # One statement for all: with one each, this thread and the event loop hand Python's lock to and fro at every answer.
    values = [value for answer in answers for value in to_row(answer)]
    with transaction(connection):
        if connection.execute(insert_many(len(answers)), values).rowcount == len(answers):
            return list(answers)
        stored = _find_many(connection, [answer.key for answer in answers])
    return [stored.get(answer.key, answer) for answer in answers]


def _salvage(damaged: Path) -> Iterator[Answer]:
    for row in salvage(damaged, f"SELECT rowid, {COLUMNS} FROM answers", _LAYOUT.tables):  # noqa: S608 - constants
        with suppress(Damaged):
            yield from_row(row)
