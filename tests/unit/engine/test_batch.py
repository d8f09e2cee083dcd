"""A batch on a real store and a real model server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resyn.errors import ConfigError, EndpointDown, MissingRows, ModelUnavailable, ResynError
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_structured import LLMStructured
from resyn.store.responses import Responses
from resyn.testing import ModelServer
from support.planned import COLUMNS, Plan


def test_a_batch_holds_its_rows_in_order_and_every_answer_behind_them(plan: Plan, server: ModelServer) -> None:
    """Rows, columns and types come from the plan; the trace has one turn a request."""
    plan({"b00000": range(40), "b00001": range(40, 60)})
    report = plan.generate("b00001")
    table = pq.read_table(plan.project.batch("b00001"))
    assert table["__row"].to_pylist() == list(range(40, 60))
    assert table.column_names == ["__row", "topic", "text", "note", "record", "label"]
    assert table.schema.field("record").type == pa.struct({"title": pa.string(), "mood": pa.string(), "score": pa.int64()})
    assert all(row["label"].startswith(f"{row['topic']}: {row['record']['title']}") for row in table.to_pylist())
    traces = pq.read_table(plan.project.trace("b00001"))
    assert traces.num_rows == report.answers == report.asked == 60
    assert server.stats()["requests"] == 60


def test_a_batch_made_again_asks_nothing_and_has_the_same_bytes(plan: Plan, server: ModelServer) -> None:
    """The store makes live text repeat, traces included."""
    plan({"b00000": range(30)})
    plan.generate("b00000")
    before = plan.project.batch("b00000").read_bytes(), plan.project.trace("b00000").read_bytes()
    server.reset()
    assert plan.generate("b00000").asked == 0
    assert (plan.project.batch("b00000").read_bytes(), plan.project.trace("b00000").read_bytes()) == before
    assert server.stats()["requests"] == 0


def test_an_edit_that_changes_no_answer_changes_no_byte_of_a_trace(plan: Plan) -> None:
    """Another expression is another identity and other rows; what DVC keeps of the answers stays as it is."""
    plan({"b00000": range(10)})
    plan.generate("b00000")
    rows, traces = plan.project.batch("b00000").read_bytes(), plan.project.trace("b00000").read_bytes()
    plan({"b00000": range(10)}, columns=(*COLUMNS[:-1], Expression(name="label", expr="{{ topic }}!")))
    plan.generate("b00000")
    assert plan.project.batch("b00000").read_bytes() != rows
    assert plan.project.trace("b00000").read_bytes() == traces


def test_rows_depend_neither_on_the_cut_nor_on_concurrency_nor_on_weather(another_plan: Callable[[str], Plan], server: ModelServer) -> None:
    """Three projects with stores of their own, cut and driven differently, the last one in bad weather, hold the same rows."""
    datasets = []
    for name, ranges, parallel in (
        ("whole", {"b00000": range(60)}, 16),
        ("cut", {"b00000": range(25), "b00001": range(25, 50), "b00002": range(50, 60)}, 1),
        ("weather", {"b00000": range(40), "b00001": range(40, 60)}, 64),
    ):
        plan = another_plan(name)
        plan(ranges, parallel=parallel)
        if name == "weather":
            server.configure(fault_rate=0.2, faults=["429", "500", "reset", "html", "cut"], fault_times=1)
        for key in ranges:
            plan.generate(key)
        datasets.append(plan.rows(*ranges))
    assert datasets[0] == datasets[1] == datasets[2]
    assert server.stats()["distinct"] == 180


def test_an_answer_that_is_no_json_is_corrected_and_asked_again_and_the_row_comes_out(plan: Plan, server: ModelServer) -> None:
    """A third of the JSON answers is prose: all rows come out, no answer is thrown away, and the replay takes the same turns."""
    server.configure(bad_json_rate=0.3)
    plan({"b00000": range(50)})
    report = plan.generate("b00000")
    turns = pq.read_table(plan.project.trace("b00000")).to_pylist()
    assert len(plan.rows("b00000")) == 50
    assert any(turn["turn"] for turn in turns)
    assert report.answers == server.stats()["answered"] > 150
    before = plan.project.trace("b00000").read_bytes()
    server.reset()
    assert plan.generate("b00000").asked == 0
    assert plan.project.trace("b00000").read_bytes() == before


def test_a_refused_request_is_remembered_and_its_row_drawn_again(plan: Plan, server: ModelServer) -> None:
    """A sticky 400 on some requests ends in exactly as many rows, and no replay asks for the refused ones again."""
    server.configure(fault_rate=0.1, faults=["400"], sticky_faults=True)
    plan({"b00000": range(50)}, max_redraws=9)
    plan.generate("b00000")
    turns = pq.read_table(plan.project.trace("b00000")).to_pylist()
    assert len(plan.rows("b00000")) == 50
    assert {turn["status"] for turn in turns} == {"answered", "refused"}
    assert max(turn["attempt"] for turn in turns) > 0
    server.reset()
    assert plan.generate("b00000").asked == 0


@pytest.mark.parametrize("engine", ["async", "sync"])
def test_a_model_that_refuses_everything_ends_the_run(
    plan: Plan, server: ModelServer, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    """Something is wrong with every request, and thousands more would be refused alike."""
    monkeypatch.setenv("RESYN_ENGINE", engine)
    server.configure(replies=[{"match": "", "reply": "max_tokens is not supported", "status": 400}])
    plan({"b00000": range(200)})
    with pytest.raises(ModelUnavailable, match=r"(?s)'fake' refused each of \d+ requests and answered none: .*max_tokens.*forget --failed"):
        plan.generate("b00000")
    assert 32 <= server.stats()["requests"] < 64


def test_a_run_left_with_refused_rows_alone_goes_on(plan: Plan, server: ModelServer) -> None:
    """What it takes from the store says that the model answers others."""
    server.configure(replies=[{"match": "about a tent", "reply": "no", "status": 400}])
    plan({"b00000": range(60)}, max_redraws=0, max_missing_share=0.9)
    plan.generate("b00000")
    with closing(Responses(plan.project.root / ".resyn" / "responses.sqlite")) as responses:
        assert responses.forget_refused() > 0
    plan({"b00000": range(60)}, max_redraws=9, max_missing_share=0.9)
    assert plan.generate("b00000").asked


def test_rows_that_cannot_be_made_fail_the_batch_and_are_named(plan: Plan, server: ModelServer) -> None:
    """Nothing is silently less: no file appears, the message names rows, column and reason, the answers are kept."""
    server.configure(replies=[{"match": words, "reply": "never JSON"} for words in ("RECORD", "cannot be used")])
    plan({"b00000": range(8)}, max_redraws=1)
    with pytest.raises(
        MissingRows, match=r"(?s)8 of the rows of batch b00000.*row 0: column 'record': no answer could be used: .*and 3 more"
    ):
        plan.generate("b00000")
    assert not plan.project.batch("b00000").exists()
    assert not plan.project.trace("b00000").exists()
    asked = server.stats()["requests"]
    with pytest.raises(MissingRows):
        plan.generate("b00000")
    assert server.stats()["requests"] == asked


def test_missing_rows_that_the_config_allows_leave_the_others(plan: Plan, server: ModelServer) -> None:
    """With `max_missing_share` the batch goes on; export judges the share."""
    server.configure(replies=[{"match": "about a tent", "reply": ""}])
    plan({"b00000": range(30)}, max_redraws=0, max_missing_share=0.9)
    report = plan.generate("b00000")
    rows = plan.rows("b00000")
    assert 0 < report.missing == 30 - len(rows)
    assert {row["topic"] for row in rows} == {"lamp", "kettle"}


def test_a_redraw_that_would_ask_the_same_at_temperature_0_ends_early(plan: Plan, server: ModelServer) -> None:
    """Greedy models repeat themselves: the row is given up after one request a turn, and the message says why."""
    server.configure(replies=[{"match": words, "reply": "no JSON"} for words in ("ONCE", "cannot be used")])
    column = LLMStructured(
        name="r", model_alias="greedy", prompt="ONCE", output_format='{"type": "object", "properties": {"a": {"type": "string"}}}'
    )
    from resyn.spec import Model

    greedy = Model(provider="lab", provider_type="openai", model="fake", temperature=0)
    plan({"b00000": range(1)}, columns=(column,), models={"greedy": greedy}, max_redraws=50)
    with pytest.raises(MissingRows, match="asks the same at temperature 0"):
        plan.generate("b00000")
    assert server.stats()["requests"] == 2


def test_an_endpoint_that_is_down_for_a_while_is_waited_for(plan: Plan, server: ModelServer) -> None:
    """Two seconds without a server cost time, not rows."""
    server.configure(latency_ms=50)
    plan({"b00000": range(40)}, parallel=4)
    server.down(2)
    plan.generate("b00000")
    assert len(plan.rows("b00000")) == 40


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"models": ["another"]}, ModelUnavailable, "fake"),
        ({"api_key": "right"}, ModelUnavailable, "401"),
    ],
)
def test_a_wrong_model_or_key_ends_the_run_at_once(
    plan: Plan, server: ModelServer, options: dict[str, Any], error: type[ResynError], words: str
) -> None:
    """No later attempt could succeed."""
    server.configure(**options)
    plan({"b00000": range(8)})
    with pytest.raises(error, match=words):
        plan.generate("b00000")


def test_a_key_that_is_revoked_in_mid_run_costs_no_answer_in_flight(plan: Plan, server: ModelServer) -> None:
    """What was sent before is paid for, and is waited for."""
    refused, slow = {"match": "NOTE", "reply": "no", "status": 401}, {"match": "TEXT", "reply": "words", "seconds": 1}
    server.configure(replies=[refused, slow])
    plan({"b00000": range(4)})
    with pytest.raises(ModelUnavailable):
        plan.generate("b00000")
    with closing(Responses(plan.project.root / ".resyn" / "responses.sqlite")) as responses:
        assert responses.count() == 4


def test_a_dead_endpoint_ends_the_run_after_the_wait_with_everything_kept(plan: Plan, server: ModelServer) -> None:
    """The message names the endpoint and the next step; answers from before count when it is back."""
    plan({"b00000": range(8)})
    plan.write(
        "runtime",
        {"providers": {"lab": {"endpoint": server.endpoint}}, "limits": {"writer": {"max_parallel_requests": 4, "max_wait": 1.0}}},
    )
    server.configure(fault_rate=1.0, faults=["503"])
    with pytest.raises(EndpointDown, match=r"(?s)served nothing for 1 s: 503.*the same command again"):
        plan.generate("b00000")


def test_a_recorded_batch_without_its_answers_is_not_paid_for_again(plan: Plan, server: ModelServer) -> None:
    """A clone that forgot `dvc pull` is told so."""
    plan({"b00000": range(5)})
    with pytest.raises(ResynError, match="dvc pull"):
        plan.generate("b00000", recorded=True)
    assert server.stats()["requests"] == 0


def test_a_plan_that_does_not_fit_params_is_refused(plan: Plan) -> None:
    """Hand edits and merges are caught before a row is made."""
    plan({"b00000": range(5)})
    plan.project.generation.write_text(plan.project.generation.read_text() + "\n")
    from resyn.engine.batch import generate

    with pytest.raises(ConfigError, match="edited by hand, or merged"):
        generate(plan.project, "b00000", fingerprint="sha256:" + "0" * 64)


def test_a_batch_that_only_replays_imports_no_http_client(plan: Plan) -> None:
    """What only replays costs tens of milliseconds, not a second of imports."""
    plan({"b00000": range(5)})
    plan.generate("b00000")
    code = (
        "import sys\nfrom pathlib import Path\nfrom resyn.engine.batch import generate\nfrom resyn.project import Project\n"
        "from resyn.spec.files import fingerprint\np = Project(Path(sys.argv[1]))\n"
        "r = generate(p, 'b00000', fingerprint=fingerprint(p.generation.read_bytes()))\nassert r.asked == 0\n"
        "print([m for m in ('aiohttp', 'scipy', 'pydantic', 'faker', 'duckdb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, plan.project.root], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_batch_that_is_stopped_keeps_what_arrived_and_goes_on(plan: Plan, server: ModelServer, number: signal.Signals) -> None:
    """A signal costs nothing: what is in flight is waited for; SIGKILL at most that and a group; the rows are an undisturbed run's."""
    server.configure(latency_ms=60)
    plan({"b00000": range(60)}, parallel=8)
    code = (
        "import sys\nfrom pathlib import Path\nfrom resyn.engine.batch import generate\nfrom resyn.project import Project\n"
        "from resyn.spec.files import fingerprint\np = Project(Path(sys.argv[1]))\n"
        "generate(p, 'b00000', fingerprint=fingerprint(p.generation.read_bytes()))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, plan.project.root], stderr=subprocess.PIPE)
    while server.stats()["answered"] < 60:
        time.sleep(0.02)
    os.kill(process.pid, number)
    _, said = process.communicate(timeout=10)
    assert process.returncode != 0
    assert not plan.project.batch("b00000").exists()
    if number is not signal.SIGKILL:
        assert b"every answer that arrived is kept" in said
    plan.generate("b00000")
    stats = server.stats()
    assert len(plan.rows("b00000")) == 60
    assert stats["distinct"] == 180
    assert stats["repeated"] <= (8 + 64 if number is signal.SIGKILL else 0)


def test_a_second_signal_ends_a_batch_at_once(plan: Plan, server: ModelServer) -> None:
    """Also one that comes while connections close: no traceback, and the code of an interruption."""
    server.configure(latency_ms=300)
    plan({"b00000": range(4)})
    code = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom resyn.engine.sending import Sending\nfrom resyn.engine.batch import generate\n"
        "from resyn.project import Project\nfrom resyn.spec.files import fingerprint\n"
        "async def close(self):\n    Path(sys.argv[1], 'closing').touch()\n    await asyncio.sleep(60)\n"
        "Sending.close = close\np = Project(Path(sys.argv[1]))\n"
        "generate(p, 'b00000', fingerprint=fingerprint(p.generation.read_bytes()))"
    )
    with subprocess.Popen([sys.executable, "-c", code, plan.project.root], stderr=subprocess.PIPE) as process:
        while not server.stats()["in_flight"]:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        while not (plan.project.root / "closing").exists():
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=10)[1] == b""
    assert process.returncode == 130
