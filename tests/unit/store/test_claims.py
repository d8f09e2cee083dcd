"""Claims: one asker at a time among all processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from resyn.store.claims import Claims

KEYS = [number.to_bytes(32, "big") for number in range(100)]


@pytest.fixture
def claims(tmp_path: Path) -> Iterator[Claims]:
    """Return claims nobody has made yet."""
    with closing(Claims(tmp_path / "claims.sqlite")) as fresh:
        yield fresh


def holding(path: Path, count: int) -> subprocess.Popen[str]:
    """Start a process that claims the first `count` keys and sleeps."""
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom resyn.store.claims import Claims\n"
        "keys = [number.to_bytes(32, 'big') for number in range(int(sys.argv[2]))]\n"
        "print(len(Claims(Path(sys.argv[1])).claim(keys)), flush=True)\ntime.sleep(600)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(path), str(count)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().strip() == str(count)
    return process


def ended(process: subprocess.Popen[str]) -> None:
    """Kill a process and wait for its end."""
    process.kill()
    process.communicate()


def test_a_key_is_granted_once_until_it_is_released(claims: Claims) -> None:
    """The second claim of a key gets nothing, also within one process; a release makes it free."""
    assert claims.claim(KEYS[:3]) == set(KEYS[:3])
    assert claims.claim(KEYS[:5]) == set(KEYS[3:5])
    claims.release(KEYS[:2])
    assert claims.claim(KEYS[:5]) == set(KEYS[:2])


def test_more_keys_than_a_query_takes_are_claimed_together(claims: Claims) -> None:
    """Any number of keys goes, repeated ones too."""
    keys = [number.to_bytes(32, "big") for number in range(2000)]
    assert claims.claim([*keys, *keys]) == set(keys)
    claims.release(keys)
    assert claims.holders(keys) == {}


def test_a_living_process_keeps_its_claims_and_a_dead_one_loses_them(tmp_path: Path, claims: Claims) -> None:
    """Another process's keys are refused and its pid is told; SIGKILL frees them, even before its parent collects it."""
    process = holding(tmp_path / "claims.sqlite", 10)
    try:
        assert claims.claim(KEYS[:20]) == set(KEYS[10:20])
        assert claims.holders(KEYS[:10]) == dict.fromkeys(KEYS[:10], process.pid)
        claims.release(KEYS[:10])  # not ours: nothing happens
        assert claims.claim(KEYS[:10]) == set()
    finally:
        ended(process)
    assert claims.holders(KEYS[:10]) == {}
    assert claims.claim(KEYS[:10]) == set(KEYS[:10])


def test_a_process_that_got_a_dead_ones_number_is_not_it(tmp_path: Path, claims: Claims) -> None:
    """A claim is tied to the start of its process, so a reused pid holds nothing."""
    process = holding(tmp_path / "claims.sqlite", 1)
    try:
        database = claims._database
        database.run(lambda connection: connection.execute("UPDATE claims SET started = started - 1"))
        assert claims.claim(KEYS[:1]) == set(KEYS[:1])
    finally:
        ended(process)


def test_a_damaged_file_is_replaced(tmp_path: Path, claims: Claims) -> None:
    """Claims are worth less than an error: garbage in the file is thrown away."""
    claims.claim(KEYS)
    claims.close()
    (tmp_path / "claims.sqlite").write_bytes(b"garbage!" * 1000)
    assert claims.claim(KEYS[:1]) == set(KEYS[:1])
    assert not list(tmp_path.glob("*.corrupt-*"))


def test_a_file_that_stays_locked_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped process that holds the file's write lock stops nobody else, and notices the new file when it goes on."""
    import dataclasses

    from resyn.store import claims as module

    monkeypatch.setattr(module, "_LAYOUT", dataclasses.replace(module._LAYOUT, busy_seconds=0.05))
    with closing(Claims(tmp_path / "claims.sqlite")) as stopped, closing(Claims(tmp_path / "claims.sqlite")) as other:
        stopped.claim(KEYS[:1])
        stopped._database.run(lambda connection: connection.execute("BEGIN IMMEDIATE"))
        assert other.claim(KEYS[1:2]) == {KEYS[1]}
        assert stopped.claim(KEYS[1:3]) == {KEYS[2]}


_ASK = """
import sys, time
from pathlib import Path
from resyn.models.request import Answer, Status
from resyn.store.claims import Claims
from resyn.store.responses import Responses
folder, name = Path(sys.argv[1]), sys.argv[2]
claims = Claims(folder / "claims.sqlite")
responses = Responses(folder / "responses.sqlite", on_stored=claims.release)
missing = {number.to_bytes(32, "big") for number in range(300)}
while missing:
    missing -= responses.get_many(missing).keys()
    ours = claims.claim(sorted(missing)[:20])
    there = responses.get_many(ours).keys()
    claims.release(there)
    asked = ours - there
    (folder / name).open("ab").write(b"".join(asked))
    for key in asked:
        responses.put(Answer(key=key, status=Status.ANSWERED, body=name.encode()))
    if not ours:
        time.sleep(0.005)
responses.close()
"""


def test_processes_that_want_the_same_answers_ask_for_each_once(tmp_path: Path) -> None:
    """Four processes work through the same 300 keys at once: what they ask in total is 300 distinct keys."""
    askers = [subprocess.Popen([sys.executable, "-W", "ignore", "-c", _ASK, str(tmp_path), f"asker{name}"]) for name in range(4)]
    assert [asker.wait() for asker in askers] == [0] * 4
    log = b"".join(path.read_bytes() for path in tmp_path.glob("asker*"))
    asked = [log[at : at + 32] for at in range(0, len(log), 32)]
    assert len(asked) == len(set(asked)) == 300
