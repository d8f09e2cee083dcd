"""Let go of answers that nobody can use any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from resyn.store.chunks import chunks
from resyn.store.database import transaction
from resyn.store.responses import Responses

_KEYS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Collected:
    """Say how many answers are kept, how many go, and the bytes of their bodies."""

    kept: int
    freed: int
    freed_bytes: int


def collect(responses: Responses, keys: Callable[[], Iterable[bytes]], *, dry_run: bool) -> Collected:
    """Remove every answer whose key is not among `keys`; with `dry_run` only count them.

    An answer that comes while this runs stays. `keys` are kept in a table on disk: ten million of them fit no memory worth having.

    Raises:
        ResynError: the store cannot be written.
    """

    def action(connection: sqlite3.Connection) -> Collected:
        # Before the keys are read: what a run stores meanwhile is in use, whether or not they name it.
        (newest,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM answers").fetchone()
        connection.execute("DROP TABLE IF EXISTS temp.used")
        connection.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY) WITHOUT ROWID")
        for some in chunks(keys(), _KEYS_AT_ONCE):
            with transaction(connection):
                connection.executemany("INSERT OR IGNORE INTO temp.used VALUES (?)", [(key,) for key in some])
        unused = "FROM answers WHERE rowid <= ? AND key NOT IN (SELECT key FROM temp.used)"
        count, size = connection.execute(f"SELECT count(*), coalesce(sum(length(body)), 0) {unused}", (newest,)).fetchone()
        if count and not dry_run:
            connection.execute(f"DELETE {unused}", (newest,))
            # Traces that were imported before have to be looked at again: they may hold what goes now.
            connection.execute("DELETE FROM imported")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("DROP TABLE temp.used")
        (total,) = connection.execute("SELECT count(*) FROM answers").fetchone()
        return Collected(total - count if dry_run else total, count, size)

    return responses.run(action)
