"""Trace files: answers that travel with the batches."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resyn.models.request import Answer, Correction, Request
from resyn.store.batches import read_identity
from resyn.store.responses import Responses
from resyn.store.traces import SCHEMA, TraceWriter, Turn, import_traces, read_answers

MakeAnswer = Callable[[int], Answer]


@pytest.fixture
def responses(tmp_path: Path) -> Iterator[Responses]:
    """Return an empty store."""
    with closing(Responses(tmp_path / "responses.sqlite")) as store:
        yield store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for traces."""
    (tmp_path / "traces").mkdir()
    return tmp_path / "traces"


def asked(number: int) -> Request:
    """Return the request of a row."""
    messages = ({"role": "user", "content": f"Describe product {number}, naïve façade ✓"},)
    return Request(alias="a", provider="lab", provider_type="openai", model="m", messages=messages, seed=number, attempt=number % 2)


def turns(make_answer: MakeAnswer, count: int) -> list[Turn]:
    """Return one turn for each row."""
    made = []
    for number in range(count):
        request = asked(number)
        answer = replace(make_answer(number), key=request.key)
        made.append(Turn(row=number, column="subject", turn=0, request=request, answer=answer))
    return made


def write(path: Path, *blocks: Sequence[Turn]) -> bytes:
    """Write a trace and return its bytes."""
    with TraceWriter(path, range(20)) as trace:
        for block in blocks:
            trace.write(block)
    return path.read_bytes()


def test_answers_come_back_as_they_were(folder: Path, make_answer: MakeAnswer) -> None:
    """A trace gives back every answer, to the millisecond, and says what it belongs to."""
    made = turns(make_answer, 2500)
    write(folder / "b00000.parquet", made)
    assert list(read_answers(folder / "b00000.parquet")) == [turn.answer for turn in made]
    identity = read_identity(folder / "b00000.parquet")
    assert identity
    assert (identity.fingerprint, identity.rows, identity.count) == ("", range(20), 2500)


@given(cuts=st.lists(st.integers(0, 1200), max_size=8))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_do_not_depend_on_how_turns_arrive(folder: Path, make_answer: MakeAnswer, cuts: list[int]) -> None:
    """Turns handed over in any portions make the same file, or DVC would see a change where no answer changed."""
    made = turns(make_answer, 1200)
    edges = sorted([0, *cuts, 1200])
    pieces = [made[start:end] for start, end in pairwise(edges)]
    assert write(folder / "pieces.parquet", *pieces) == write(folder / "whole.parquet", made)


def test_a_trace_shows_what_was_asked(folder: Path, make_answer: MakeAnswer) -> None:
    """Columns are the frozen ones; a correction names its predecessor and has the messages that were sent."""
    first = asked(1)
    correction = replace(
        first,
        messages=(*first.messages, {"role": "user", "content": "that was no JSON"}),
        corrects=Correction(key=first.key, answer=bytes(32), turn=1),
    )
    write(
        folder / "b00000.parquet",
        [
            Turn(row=7, column="ticket", turn=turn, request=request, answer=replace(make_answer(turn), key=request.key))
            for turn, request in enumerate([first, correction])
        ],
    )
    table = pq.read_table(folder / "b00000.parquet")
    assert table.schema.equals(SCHEMA)
    assert table["key"].to_pylist() == [first.key, correction.key]
    assert table["request"][0].as_py() == first.canonical.decode()
    sent = json.loads(table["request"][1].as_py())
    assert sent["corrects"]["key"] == first.key.hex()
    assert sent["messages"][-1]["content"] == "that was no JSON"
    assert table["answered_at"][1].as_py().year == 2025


def test_a_fresh_clone_has_the_answers_of_its_traces(folder: Path, responses: Responses, make_answer: MakeAnswer) -> None:
    """Every trace is imported once; a file that changed is imported again; what the store had is not counted."""
    made = turns(make_answer, 30)
    write(folder / "b00000.parquet", made[:20])
    write(folder / "b00001.parquet", made[10:])
    (folder / ".b00002.parquet.1.tmp").write_bytes(b"half")
    (folder / ".hidden.parquet").write_bytes(b"half")
    (folder / "notes.txt").write_text("not a trace")
    assert import_traces(folder, responses).answers == 30
    assert responses.get_many(turn.answer.key for turn in made) == {turn.answer.key: turn.answer for turn in made}
    stat = (folder / "b00000.parquet").stat()
    assert responses.has_imported("b00000.parquet", stat.st_size, stat.st_mtime_ns)
    assert import_traces(folder, responses).answers == 0
    write(folder / "b00001.parquet", turns(make_answer, 35)[20:])
    assert import_traces(folder, responses).answers == 5


def test_no_traces_are_no_answers(tmp_path: Path, responses: Responses) -> None:
    """A folder that is empty or not there imports nothing."""
    assert import_traces(tmp_path / "nowhere", responses).answers == 0


def test_a_torn_trace_gives_what_it_can_and_is_named(folder: Path, responses: Responses, make_answer: MakeAnswer) -> None:
    """Damage is told, costs the answers behind it, stops no other file, and is looked at again next time."""
    made = turns(make_answer, 3000)
    content = bytearray(write(folder / "b00000.parquet", made))
    column = pq.read_metadata(folder / "b00000.parquet").row_group(2).column(SCHEMA.get_field_index("answer"))
    content[column.data_page_offset + column.total_compressed_size // 2] ^= 1
    (folder / "b00000.parquet").write_bytes(content)
    write(folder / "b00001.parquet", made[2990:])
    write(folder / "b00002.parquet", made)
    os.truncate(folder / "b00002.parquet", 5000)
    pq.write_table(pq.read_table(folder / "b00001.parquet").select(["key"]), folder / "other.parquet")
    imported = import_traces(folder, responses)
    assert imported.torn == (folder / "b00000.parquet", folder / "b00002.parquet", folder / "other.parquet")
    assert imported.answers == responses.count() == 2010
    assert import_traces(folder, responses).torn == imported.torn
