"""A SQLite file that many processes share, that may turn out damaged, and that may be replaced or removed under a running process."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from resyn.errors import ResynError, Unwritable
from resyn.store.filesystem import require_local
from resyn.store.locks import hold

Result = TypeVar("Result")

_TROUBLE = {
    sqlite3.SQLITE_BUSY: "another process keeps it locked",
    sqlite3.SQLITE_LOCKED: "another process keeps it locked",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk fails or is full",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened or made there",
    sqlite3.SQLITE_PERM: "no permission",
    sqlite3.SQLITE_AUTH: "no permission",
    sqlite3.SQLITE_NOMEM: "out of memory",
    sqlite3.SQLITE_PROTOCOL: "its locks do not work there (a network file system?)",
}
FAILURES = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file raises: SQLite quotes names of the schema in its messages, and Python cannot decode damaged ones."""
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_ATTEMPTS = 3
_OPENING_SECONDS = 600.0
"""How long to wait for another process that opens the file; it may be carrying answers over from a damaged one."""


class Damaged(sqlite3.DatabaseError):
    """A row that SQLite read without complaint is not what was written."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Describe the tables of a file and how it is kept."""

    version: int
    """`user_version` of the file."""
    tables: tuple[str, ...]
    synchronous: str
    busy_seconds: float
    later: tuple[str, ...] = ()
    """Tables added since under the same version, `IF NOT EXISTS`; a version that does not know them leaves them alone."""
    disposable: bool = False
    """Whether to replace a file that stays locked for `busy_seconds`, as if it were damaged."""


Recover = Callable[[sqlite3.Connection, Path], None]
"""Called with a new file's connection and the damaged file's path, while no other process can open either."""


class Database:
    """Run actions on one connection to a shared file, from any thread.

    A damaged file is set aside under a kernel lock, so that one process does it and the others find the new one. Every action is
    followed by a look at whether its file is still the one at the path, and repeated where it is not: what was written to a file
    that another process set aside meanwhile is written to the new one too.
    """

    def __init__(self, path: Path, layout: Layout, recover: Recover) -> None:
        self._path, self._layout, self._recover = path, layout, recover
        self._guard = threading.Lock()
        # The only mutable state, behind the guard.
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def run(self, action: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return what `action` returns; it may be called again, so it must be idempotent.

        Raises:
            Unwritable: the disk is full, read-only or forbidden.
            ResynError: the file is locked for too long, or of another version.
        """
        with self._guard:
            for _ in range(_ATTEMPTS):
                if self._connection is None or not self._is_current():
                    self._connect(damaged=False)
                try:
                    result = action(self._connected())
                except FAILURES as error:
                    self._refuse_unless_damaged(error)
                    self._connect(damaged=True)
                    continue
                if self._is_current():
                    return result
            raise ResynError(f"{self._path} was damaged or replaced {_ATTEMPTS} times in a row", hint="Check the disk it is on.")

    def replace(self) -> None:
        """Set the file aside as damaged, whatever SQLite thinks of it, and carry over to a new one what can be read of it."""
        with self._guard:
            if self._connection is None:
                self._connect(damaged=False)
            self._connect(damaged=True)

    def close(self) -> None:
        """Close the connection; a later action opens it again."""
        with self._guard:
            self._disconnect()

    def _connected(self) -> sqlite3.Connection:
        assert self._connection is not None  # noqa: S101 - for the type checker: `_connect` came before
        return self._connection

    def _is_current(self) -> bool:
        return self._file is not None and self._file == _identity(self._path)

    def _connect(self, *, damaged: bool) -> None:
        require_local(self._path.parent)
        with hold(self._path.with_name(f"{self._path.name}.lock"), wait=_OPENING_SECONDS):
            aside = self._set_aside() if damaged and self._is_current() else None
            self._disconnect()
            try:
                connection = self._open()
            except FAILURES as error:
                self._refuse_unless_damaged(error)
                aside = self._set_aside()
                connection = self._open()
            self._connection, self._file = connection, _identity(self._path)
            if aside is not None:
                self._recover(connection, aside)

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection, self._file = None, None

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=self._layout.busy_seconds, isolation_level=None, check_same_thread=False)
        try:
            version = self._checked_version(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {self._layout.synchronous}")
            if version == 0:
                with transaction(connection):
                    for table in self._layout.tables:
                        connection.execute(table)
                    connection.execute(f"PRAGMA user_version = {self._layout.version}")
            for table in self._layout.later:
                connection.execute(table)
        except BaseException:
            connection.close()
            raise
        return connection

    def _checked_version(self, connection: sqlite3.Connection) -> int:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version in {0, self._layout.version}:
            return int(version)
        raise ResynError(
            f"{self._path} has format {version}; this resyn reads format {self._layout.version}",
            hint="Install the version of resyn that wrote it, or move the file away to begin a new one.",
        )

    def _set_aside(self) -> Path:
        aside = self._path.with_name(f"{self._path.name}.corrupt-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
        # The database goes first: SQLite drops a log that has no database, but would read a database without its log as whole.
        # Connections that still have it open see that it has moved and leave the log of the new file alone.
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{self._path}{suffix}").rename(f"{aside}{suffix}")
        return aside

    def _refuse_unless_damaged(self, error: Exception) -> None:
        if isinstance(error, sqlite3.ProgrammingError):
            raise error
        # What Python could not decode carries no code.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code not in _TROUBLE or (self._layout.disposable and code in _BUSY):
            return
        refusal = ResynError if code in _BUSY else Unwritable
        raise refusal(
            f"cannot use {self._path}: {_TROUBLE[code]} ({error})",
            hint="Answers stored before are kept. Mend that, then run the same command again.",
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what the block wrote, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        stat = os.stat(path)  # noqa: PTH116 - twice for every look-up, and pathlib's takes twice as long
    except FileNotFoundError:
        return None
    return stat.st_dev, stat.st_ino
