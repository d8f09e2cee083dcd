"""What a project's datasets have cost so far: requests and tokens by model, across all processes and runs."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from resyn.spec import Price
from resyn.store.database import Database, Layout, transaction
from resyn.store.process import alive, started

_LAYOUT = Layout(
    version=1,
    tables=(
        """
        CREATE TABLE spent (
            dataset TEXT, model TEXT, requests INTEGER, input_tokens INTEGER, output_tokens INTEGER, PRIMARY KEY (dataset, model)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE held (
            dataset TEXT, model TEXT, pid INTEGER, started REAL, requests INTEGER, input_tokens INTEGER, output_tokens INTEGER
        )
        """,
    ),
    # A kill of the process loses nothing that was written; a loss of power, at most the last sums.
    synchronous="NORMAL",
    busy_seconds=30.0,
)
_ADD = """
INSERT INTO spent VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET requests = requests + excluded.requests,
input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens
"""


class Amount(NamedTuple):
    """Count requests, retries among them, and their tokens."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def plus(self, other: Amount) -> Amount:
        """Return the sum."""
        return Amount(self[0] + other[0], self[1] + other[1], self[2] + other[2])

    def minus(self, other: Amount) -> Amount:
        """Return the difference."""
        return Amount(self[0] - other[0], self[1] - other[1], self[2] - other[2])


class Ledger:
    """Keep what one dataset of a project cost. A damaged file is set aside, and counting begins anew."""

    def __init__(self, path: Path, dataset: str) -> None:
        self._database = Database(path, _LAYOUT, _begin_anew)
        self._dataset = dataset
        self._me = (os.getpid(), started(os.getpid()) or 0.0)

    def write(self, spent: Mapping[str, Amount], held: Mapping[str, Amount]) -> dict[str, Amount]:
        """Add what was spent, say what this process has set aside for requests in flight, and return what the dataset cost so far.

        In the sums, by `provider/model`, is what other living processes have set aside.

        Raises:
            Unwritable: the disk is full or read-only.
        """
        return self._database.run(partial(self._write, spent=spent, held=held))

    def read(self) -> dict[str, Amount]:
        """Return what the dataset cost so far, by `provider/model`."""
        return self._database.run(self._sums)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _write(self, connection: sqlite3.Connection, spent: Mapping[str, Amount], held: Mapping[str, Amount]) -> dict[str, Amount]:
        with transaction(connection):
            for row, model, held_by_other in self._others(connection):
                if not held_by_other.is_alive:
                    connection.execute(_ADD, (self._dataset, model, *held_by_other.amount))
                    connection.execute("DELETE FROM held WHERE rowid = ?", (row,))
            connection.executemany(_ADD, [(self._dataset, model, *amount) for model, amount in spent.items()])
            connection.execute("DELETE FROM held WHERE (dataset, pid, started) = (?, ?, ?)", (self._dataset, *self._me))
            rows = [(self._dataset, model, *self._me, *amount) for model, amount in held.items() if any(amount)]
            connection.executemany("INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        return self._sums(connection)

    def _sums(self, connection: sqlite3.Connection) -> dict[str, Amount]:
        query = "SELECT model, requests, input_tokens, output_tokens FROM spent WHERE dataset = ?"
        sums = {model: Amount(*counts) for model, *counts in connection.execute(query, (self._dataset,))}
        for _, model, held in self._others(connection):
            sums[model] = sums.get(model, Amount()).plus(held.amount)
        return sums

    def _others(self, connection: sqlite3.Connection) -> list[tuple[int, str, _Held]]:
        """Return what other processes have set aside, by row and model."""
        query = "SELECT rowid, model, pid, started, requests, input_tokens, output_tokens FROM held WHERE dataset = ? AND (pid, started) != (?, ?)"
        rows = connection.execute(query, (self._dataset, *self._me)).fetchall()
        return [(row, model, _Held(alive(pid, start), Amount(*counts))) for row, model, pid, start, *counts in rows]


class _Held(NamedTuple):
    is_alive: bool
    set_aside: Amount

    @property
    def amount(self) -> Amount:
        """Return what it counts as: of a process that died, the requests, which may be paid for."""
        return self.set_aside if self.is_alive else Amount(self.set_aside.requests)


def read_spent(path: Path, dataset: str) -> dict[str, Amount]:
    """Return what a dataset cost so far, by `provider/model`; nothing where no file says."""
    if not path.exists():
        return {}
    with closing(Ledger(path, dataset)) as ledger:
        return ledger.read()


def dollars(amounts: Mapping[str, Amount], prices: Mapping[str, Price]) -> float | None:
    """Return what amounts by `provider/model` cost; None where a price is not known."""
    if amounts.keys() - prices.keys():
        return None
    return sum(prices[name].cost(*amount) for name, amount in amounts.items())


def _begin_anew(_: sqlite3.Connection, aside: Path) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{aside}{suffix}").unlink(missing_ok=True)
