"""Claims: what one process asks a model, no other process asks at the same time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterable
from functools import partial
from pathlib import Path

from resyn.store.chunks import chunks
from resyn.store.database import Database, Layout, transaction
from resyn.store.process import alive, started

_LAYOUT = Layout(
    version=1,
    tables=("CREATE TABLE claims (key BLOB PRIMARY KEY, pid INTEGER, started REAL) WITHOUT ROWID",),
    # A claim means nothing once its process is gone, so it need not survive the loss of power that ends them all.
    synchronous="OFF",
    busy_seconds=10.0,
    disposable=True,
)
_KEYS_A_QUERY = 500

Holder = tuple[int, float]
"""A process: its pid and when it started (`process.started`)."""


class Claims:
    """Claim requests among the processes that share a store.

    Ask in this order: claim, look the claimed keys up in the store (another process may have stored an answer and released its claim
    in between), ask for the rest, release when the answer is durable. Keys that were not granted: look up and claim again later.

    A file that is damaged or stays locked is replaced: what was claimed in it may then be asked twice, and nothing worse.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _LAYOUT, _discard)
        self._me: Holder = (os.getpid(), started(os.getpid()) or 0.0)

    def claim(self, keys: Iterable[bytes]) -> set[bytes]:
        """Return those keys that this call made ours: unclaimed ones, and those of processes that are dead.

        A key that this process holds already is not among them, so that two threads exclude each other too.

        Raises:
            Unwritable: the disk is full or read-only.
        """
        granted: set[bytes] = set()
        for some in chunks(dict.fromkeys(keys), _KEYS_A_QUERY):
            granted |= self._database.run(partial(_claim, keys=some, me=self._me))
        return granted

    def release(self, keys: Iterable[bytes]) -> None:
        """Give keys back; those that are not ours stay as they are."""
        for some in chunks(keys, _KEYS_A_QUERY):
            self._database.run(partial(_release, keys=some, me=self._me))

    def holders(self, keys: Iterable[bytes]) -> dict[bytes, int]:
        """Return the pid of the living process that holds each key, for those that are held."""
        held: dict[bytes, Holder] = {}
        for some in chunks(keys, _KEYS_A_QUERY):
            held |= self._database.run(partial(_holders, keys=some))
        living = _living(held.values())
        return {key: holder[0] for key, holder in held.items() if holder in living}

    def close(self) -> None:
        """Let go of the file; claims stay until they are released or this process ends."""
        self._database.close()


def _claim(connection: sqlite3.Connection, keys: Collection[bytes], me: Holder) -> set[bytes]:
    with transaction(connection):
        held = _holders(connection, keys)
        living = _living(held.values())
        granted = {key for key in keys if held.get(key) not in living}
        if granted:
            rows, values = ",".join(["(?, ?, ?)"] * len(granted)), [value for key in granted for value in (key, *me)]
            connection.execute(f"INSERT OR REPLACE INTO claims VALUES {rows}", values)  # noqa: S608 - marks
    return granted


def _release(connection: sqlite3.Connection, keys: Collection[bytes], me: Holder) -> None:
    connection.execute(f"DELETE FROM claims WHERE key IN ({_marks(keys)}) AND pid = ? AND started = ?", (*keys, *me))  # noqa: S608 - marks


def _holders(connection: sqlite3.Connection, keys: Collection[bytes]) -> dict[bytes, Holder]:
    rows = connection.execute(f"SELECT key, pid, started FROM claims WHERE key IN ({_marks(keys)})", tuple(keys))  # noqa: S608 - marks
    return {key: (pid, start) for key, pid, start in rows}


def _living(holders: Iterable[Holder]) -> set[Holder]:
    return {(pid, start) for pid, start in set(holders) if alive(pid, start)}


def _marks(keys: Collection[bytes]) -> str:
    return ",".join("?" * len(keys))


def _discard(_: sqlite3.Connection, aside: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{aside}{suffix}").unlink(missing_ok=True)
