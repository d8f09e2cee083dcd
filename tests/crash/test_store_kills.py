"""SIGKILL at random moments: what the store called durable is there, and files are whole."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from resyn.store.batches import read_identity
from resyn.store.responses import Responses

_KILLS = 12

_PUT = """
import hashlib, os, sys
from pathlib import Path
from resyn.models.request import Answer, Status
from resyn.store.responses import Responses
folder, first = Path(sys.argv[1]), int(sys.argv[2])
responses = Responses(folder / "responses.sqlite")
durable = os.open(folder / "durable", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
in_flight = []
for number in range(first, first + 1_000_000):
    key = number.to_bytes(32, "big")
    future = responses.put(Answer(key=key, status=Status.ANSWERED, body=hashlib.sha512(key).digest() * 8))
    future.add_done_callback(lambda _, key=key: os.write(durable, key))
    in_flight.append(future)
    if number == first:
        print("ready", flush=True)
    if len(in_flight) == 200:
        in_flight.pop(0).result()
"""

_WRITE = """
import itertools, sys
from pathlib import Path
import pyarrow as pa
from resyn.store.batches import BatchWriter
path = Path(sys.argv[1])
for count in itertools.count(1):
    rows = range(count * 100)
    table = pa.table({"__row": pa.array(rows, pa.int64()), "text": [str(row) * 20 for row in rows]})
    with BatchWriter(path, table.schema, "sha256:abc", rows, row_group_size=50) as batch:
        for start in range(0, len(rows), 70):
            batch.write(table.slice(start, 70))
    print("ready", flush=True)
"""


def kill_after(seconds: float, code: str, *arguments: str) -> None:
    """Run code until it says it is ready and `seconds` more, then kill it."""
    with subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.stdout.read()
    assert process.returncode == -signal.SIGKILL


def test_every_answer_called_durable_survives_sigkill(tmp_path: Path) -> None:
    """A writer killed at random moments, again and again on one store: what was told to be durable is there, whole and once."""
    chance = random.Random(20261123)  # noqa: S311 - moments
    for kill in range(_KILLS):
        kill_after(chance.uniform(0, 0.12), _PUT, str(tmp_path), str(kill * 1_000_000))
        log = (tmp_path / "durable").read_bytes()
        durable = [log[at : at + 32] for at in range(0, len(log), 32)]
        notices: list[str] = []
        with closing(Responses(tmp_path / "responses.sqlite", notify=notices.append)) as responses:
            assert responses.get_many(durable).keys() == set(durable)
        assert notices == []
    assert len(durable) > _KILLS * 64  # the kills hit work


@pytest.mark.parametrize("seed", [1, 2])
def test_a_batch_is_whole_whenever_its_writer_is_killed(tmp_path: Path, seed: int) -> None:
    """A reader finds the earlier file or the later one, every page of it readable; leftovers have hidden names."""
    chance = random.Random(seed)  # noqa: S311 - moments
    path = tmp_path / "b00000.parquet"
    for _ in range(_KILLS // 4):
        kill_after(chance.uniform(0, 0.1), _WRITE, str(path))
        identity = read_identity(path)
        assert identity
        table = pq.read_table(path, page_checksum_verification=True)
        assert table["__row"].to_pylist() == list(identity.rows)
    assert [entry.name for entry in tmp_path.iterdir() if not entry.name.startswith(".")] == [path.name]
