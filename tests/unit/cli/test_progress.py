"""What a person sees of a run under way."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from contextlib import suppress

import pytest
from rich.console import Console

from resyn.cli.progress import LogFormat, duration, line, table, view
from resyn.engine.progress import ModelProgress, Snapshot

MODEL = ModelProgress(
    alias="writer", in_flight=8, limit=16, queued=5, sent=110, answered=100, refused=1, retries=9, input_tokens=5000, output_tokens=900
)
SNAPSHOT = Snapshot(
    seconds=1.0,
    batches=1,
    batches_total=3,
    rows=1400,
    rows_total=12_000,
    cells={"text": 1600, "record": 1400},
    rate=3.54,
    eta=3000.0,
    models=(MODEL,),
    dollars=1.25,
)


def test_a_line_says_how_far_how_fast_and_how_long() -> None:
    """In a pipe there is no table."""
    assert line(SNAPSHOT) == (
        "1,400 of 12,000 rows, 1 of 3 batches, 3.5 rows/s, 8 in flight, 9 retries, 5,900 tokens, $1.25, 50 min 00 s to go"
    )


@pytest.mark.parametrize(("seconds", "words"), [(None, "?"), (12.4, "12 s"), (75, "1 min 15 s"), (7260, "2 h 01 min")])
def test_times_are_said_as_a_person_says_them(seconds: float | None, words: str) -> None:
    """No more precise than they are."""
    assert duration(seconds) == words


def test_a_pipe_gets_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """Not the four a second that a terminal redraws, and none of a run that is over before the first is due."""
    show = view()
    for seconds in range(1, 35):
        show(dataclasses.replace(SNAPSHOT, seconds=float(seconds)))
    show(dataclasses.replace(SNAPSHOT, seconds=35.0, is_last=True))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [line(SNAPSHOT)] * 4
    quick = view()
    quick(dataclasses.replace(SNAPSHOT, is_last=True))
    assert capsys.readouterr().err == ""


def test_a_program_gets_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """With everything a snapshot holds."""
    view("json")(SNAPSHOT)
    (said,) = capsys.readouterr().err.splitlines()
    assert json.loads(said) == {"event": "progress", **dataclasses.asdict(SNAPSHOT), "models": [dataclasses.asdict(MODEL)]}


def test_the_live_view_shows_columns_and_models() -> None:
    """Each with its figures."""
    console = Console(width=120, record=True, file=None, quiet=True)
    console.quiet = False
    with console.capture() as captured:
        console.print(table(SNAPSHOT))
    shown = captured.get()
    assert "1,400 of 12,000 rows" in shown
    assert any("record" in row and "1,400" in row for row in shown.splitlines())
    assert any("writer" in row and "8/16 in flight" in row and "9 retries" in row for row in shown.splitlines())


def test_a_model_that_serves_nothing_is_told_with_its_reason() -> None:
    """Else a person would wait for an endpoint, and not know what for."""
    down = dataclasses.replace(SNAPSHOT, models=(dataclasses.replace(MODEL, failing="503 Service Unavailable"),))
    assert line(down).endswith("50 min 00 s to go; writer serves nothing: 503 Service Unavailable")
    console = Console(width=60)
    with console.capture() as captured:
        console.print(table(down))
    assert "writer serves nothing: 503 Service Unavailable\n" in captured.get()


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_reader_that_went_away_ends_no_run(monkeypatch: pytest.MonkeyPatch, log_format: LogFormat) -> None:
    """Rows are made and paid for, whoever still watches."""
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w", buffering=1)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        show = view(log_format)
        for seconds in (20.0, 40.0):
            show(dataclasses.replace(SNAPSHOT, seconds=seconds))
    with suppress(BrokenPipeError):
        stream.close()
