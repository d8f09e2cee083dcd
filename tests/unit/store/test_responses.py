"""The response store: durable, shared, and never fatal when damaged."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resyn.errors import ResynError
from resyn.models.request import Answer, Status
from resyn.store.responses import Responses

MakeAnswer = Callable[[int], Answer]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Responses]:
    """Return an empty store."""
    with closing(Responses(tmp_path / "responses.sqlite")) as responses:
        yield responses


def fill(path: Path, answers: Sequence[Answer]) -> None:
    """Leave a store with `answers` and no log beside it."""
    with closing(Responses(path)) as responses:
        responses.put_many(answers)


@given(
    body=st.binary(max_size=5000),
    status=st.sampled_from(Status),
    numbers=st.tuples(*[st.integers(0, 2**53)] * 5),
    key=st.binary(min_size=32, max_size=32),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_answer_comes_back_as_it_was(store: Responses, body: bytes, status: Status, numbers: tuple[int, ...], key: bytes) -> None:
    """Any body and any figures survive unchanged; a second answer to the same request does not replace the first."""
    names = ("input_tokens", "output_tokens", "retries", "latency_ms", "answered_at")
    answer = Answer(key=key, status=status, body=body, **dict(zip(names, numbers, strict=True)))
    stored = store.put(answer).result()
    assert store.get(key) == stored
    assert store.put(answer).result() == stored


def test_refusals_are_forgotten_and_answers_never(store: Responses, make_answer: MakeAnswer) -> None:
    """What an endpoint refused by its own fault can be asked again."""
    refused = Answer(key=bytes(32), status=Status.REFUSED, body=b"no")
    store.put_many([make_answer(1), refused])
    assert (store.forget_refused(), store.forget_refused()) == (1, 0)
    assert store.get(refused.key) is None
    assert store.get(make_answer(1).key) == make_answer(1)


def test_an_unknown_key_has_no_answer(store: Responses, make_answer: MakeAnswer) -> None:
    """Looking up what nobody stored returns None, or leaves it out."""
    store.put(make_answer(1)).result()
    assert store.get(make_answer(2).key) is None
    assert store.get_many([make_answer(1).key, make_answer(2).key]) == {make_answer(1).key: make_answer(1)}


def test_the_first_answer_wins_and_the_second_asker_is_told(tmp_path: Path, make_answer: MakeAnswer) -> None:
    """Who stores an answer that another process stored before is given that one, since replays will use it."""
    first = make_answer(1)
    other = Answer(key=first.key, status=Status.ANSWERED, body=b"another text")
    path = tmp_path / "responses.sqlite"
    with closing(Responses(path)) as one, closing(Responses(path)) as two:
        assert one.put(first).result() == first
        assert two.put(other).result() == first


def test_answers_are_there_as_soon_as_their_future_is_done(tmp_path: Path, make_answer: MakeAnswer) -> None:
    """A finished future means that any other reader finds the answer, and that the hook was told of it first."""
    told: list[bytes] = []
    path = tmp_path / "responses.sqlite"
    with closing(Responses(path, on_stored=told.extend)) as writing, closing(Responses(path)) as reading:
        futures = {number: writing.put(make_answer(number)) for number in range(300)}
        for number, future in futures.items():
            future.result()
            assert make_answer(number).key in told
            assert reading.get(make_answer(number).key) == make_answer(number)
    assert len(told) == len(futures)


def test_an_answer_is_stored_although_nobody_waits_for_it(store: Responses, make_answer: MakeAnswer) -> None:
    """A cancelled task does not cancel the storing of what has arrived."""
    future = store.put(make_answer(1))
    assert not future.cancel()
    assert future.result() == make_answer(1)


def test_closing_stores_everything_and_refuses_more(tmp_path: Path, make_answer: MakeAnswer) -> None:
    """`close` flushes; a later put fails instead of being lost."""
    responses = Responses(tmp_path / "responses.sqlite")
    futures = [responses.put(make_answer(number)) for number in range(200)]
    responses.close()
    assert all(future.done() for future in futures)
    with pytest.raises(ResynError, match="closed"):
        responses.put(make_answer(0))
    with closing(Responses(tmp_path / "responses.sqlite")) as again:
        assert again.count() == len(futures)


def test_many_answers_at_once_are_counted_when_new(store: Responses, make_answer: MakeAnswer) -> None:
    """`put_many` says how many the store did not have."""
    assert store.put_many(make_answer(number) for number in range(2500)) == 2500
    assert store.put_many(make_answer(number) for number in range(2000, 3000)) == 500
    assert store.count() == 3000


_PUT = """
import sys
from pathlib import Path
from resyn.models.request import Answer, Status
from resyn.store.responses import Responses
responses = Responses(Path(sys.argv[1]))
for number in range(200):
    key = number.to_bytes(32, "big")
    responses.put(Answer(key=key, status=Status.ANSWERED, body=sys.argv[2].encode())).result() if number % 20 == 0 else \\
        responses.put(Answer(key=key, status=Status.ANSWERED, body=sys.argv[2].encode()))
responses.close()
"""


def test_processes_that_open_and_write_at_once_all_succeed(tmp_path: Path) -> None:
    """Four processes make the store and write the same keys to it at the same moment: each key once, no process fails."""
    path = tmp_path / "deep" / "responses.sqlite"
    writers = [subprocess.Popen([sys.executable, "-c", _PUT, str(path), str(name)]) for name in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    with closing(Responses(path)) as responses:
        assert responses.count() == 200


def damage_by_truncation(path: Path) -> None:
    """Cut the second half off."""
    os.truncate(path, path.stat().st_size // 2)


def damage_the_header(path: Path) -> None:
    """Overwrite the first page with what is no database."""
    with path.open("r+b") as file:
        file.write(b"garbage!" * 512)


def damage_a_page(path: Path) -> None:
    """Overwrite a page in the middle."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)


def zero_the_first_page(path: Path) -> None:
    """Lose the page that says what is where, as a disk does that comes back without its first block."""
    with path.open("r+b") as file:
        file.write(bytes(4096))


def damage_two_pages(path: Path) -> None:
    """Overwrite a page in each third, so that what is between them is reached from neither end."""
    with path.open("r+b") as file:
        for third in (1, 2):
            file.seek(path.stat().st_size * third // 3 // 4096 * 4096)
            file.write(b"\xff" * 4096)


def damage_a_body(path: Path) -> None:
    """Flip one bit inside an answer's body, which SQLite cannot notice."""
    content = bytearray(path.read_bytes())
    content[content.index(b"needle")] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage", [damage_by_truncation, damage_the_header, zero_the_first_page, damage_a_page, damage_two_pages, damage_a_body]
)
def test_a_damaged_store_is_set_aside_and_the_rest_goes_on(tmp_path: Path, make_answer: MakeAnswer, damage: Callable[[Path], None]) -> None:
    """Damage is noticed, said, and costs at most the answers it hit; a new store takes answers at once, the old file is kept."""
    path = tmp_path / "responses.sqlite"
    answers = [make_answer(number) for number in range(400)]
    needle = Answer(key=bytes(32), status=Status.ANSWERED, body=b"needle" * 20)
    fill(path, [*answers, needle])
    damage(path)
    notices: list[str] = []
    with closing(Responses(path, notify=notices.append)) as responses:
        found = responses.get_many(answer.key for answer in [*answers, needle])
        assert found.items() <= {answer.key: answer for answer in [*answers, needle]}.items()
        assert len(notices) == 1
        assert len(list(tmp_path.glob("responses.sqlite.corrupt-*Z"))) == 1
        for future in [responses.put(answer) for answer in [*answers, needle]]:
            future.result()
        assert responses.count() == len(answers) + 1
        assert len(notices) == 1
    if damage is damage_a_body:
        assert "400 answers" in notices[0]
    if damage is damage_by_truncation:
        assert len(found) > 100
    if damage in {damage_the_header, zero_the_first_page}:
        assert len(found) == len(answers) + 1
    if damage in {damage_a_page, damage_two_pages}:
        assert len(found) > len(answers) - 50


@given(flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_flipped_bytes_ever_become_an_answer(
    tmp_path_factory: pytest.TempPathFactory, make_answer: MakeAnswer, flips: list[tuple[float, int]]
) -> None:
    """Whatever bytes rot, a look-up gives what was stored or nothing, and the store still takes answers."""
    path = tmp_path_factory.mktemp("rot") / "responses.sqlite"
    answers = {make_answer(number).key: make_answer(number) for number in range(30)}
    fill(path, list(answers.values()))
    content = bytearray(path.read_bytes())
    for where, flip in flips:
        position = int(where * len(content))
        if position not in {18, 60, 61, 62, 63}:  # "read-only" and `user_version`, which are errors of their own
            content[position] ^= flip
    path.write_bytes(content)
    with closing(Responses(path)) as responses:
        for key, answer in answers.items():
            assert responses.get(key) in {None, answer}
        stored = [responses.put(answer) for answer in answers.values()]
        assert [future.result() for future in stored] == list(answers.values())


def test_one_of_many_that_have_it_open_sets_a_damaged_store_aside(tmp_path: Path, make_answer: MakeAnswer) -> None:
    """Stores that were open before the damage find the new file, keep what they stored into it, and only one tells."""
    path = tmp_path / "responses.sqlite"
    fill(path, [make_answer(number) for number in range(300)])
    notices: list[str] = []
    stores = [Responses(path, notify=notices.append) for _ in range(3)]
    damage_the_header(path)
    for number, responses in enumerate(stores):
        responses.put(make_answer(1000 + number)).result()
    for responses in stores:
        assert responses.get_many(make_answer(1000 + number).key for number in range(3)).keys() == {
            make_answer(1000 + number).key for number in range(3)
        }
        responses.close()
    assert len(notices) == len(list(tmp_path.glob("*.corrupt-*Z"))) == 1


def test_a_store_removed_in_mid_run_is_made_again(tmp_path: Path, make_answer: MakeAnswer) -> None:
    """Who removes `.resyn` during a run loses what was in it, and no more: answers that come afterwards are stored."""
    folder = tmp_path / ".resyn"
    with closing(Responses(folder / "responses.sqlite")) as responses:
        responses.put(make_answer(1)).result()
        folder.rename(tmp_path / "removed")
        assert responses.put(make_answer(2)).result() == make_answer(2)
        assert responses.get(make_answer(2).key) == make_answer(2)
    with closing(Responses(folder / "responses.sqlite")) as again:
        assert again.count() == 1


def test_a_store_of_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A newer layout is neither read nor changed; the message names both numbers."""
    path = tmp_path / "responses.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 7")
        connection.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(ResynError, match="format 7; this resyn reads format 1"):
        Responses(path)
    assert path.read_bytes() == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 1 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False).returncode:
        pytest.skip("mounting a file system is not permitted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_loses_nothing_that_was_stored(small_disk: Path, make_answer: MakeAnswer) -> None:
    """The answers that find no room say so; every earlier one stays, and the store goes on when there is room again."""
    path = small_disk / "responses.sqlite"
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(700_000))
    stored: dict[bytes, Answer] = {}
    responses = Responses(path)

    def store(answer: Answer) -> bool:
        stored[answer.key] = responses.put(answer).result()
        return True

    with pytest.raises(ResynError, match="full") as caught:
        all(map(store, map(make_answer, range(10_000))))
    assert str(path) in str(caught.value)
    assert responses.get_many(stored) == stored
    ballast.unlink()
    store(make_answer(10_000))
    responses.close()
    with closing(Responses(path)) as again:
        assert again.get_many(stored) == stored
