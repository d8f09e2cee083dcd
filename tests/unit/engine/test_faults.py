"""The faults that endpoints have, a few rows each; `benchmarks/faults.py` has the same with a thousand records, and slower ones."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow.parquet as pq
import pytest

from resyn.engine.interrupt import INTERRUPTED
from resyn.errors import EndpointDown
from resyn.spec import Limits, Model, Provider, Runtime, Tombstone, encode
from resyn.testing import ModelServer
from support.planned import Plan

ROWS = 40
CALM: dict[str, Any] = {"fault_rate": 0.0, "capacity": 0, "latency_ms": 0, "replies": []}
QUICK = Tombstone(failures=3, seconds=0.5, served=3)


def limit(plan: Plan, **limits: Any) -> None:
    """Change how the model is asked."""
    runtime = Runtime(providers={"lab": Provider(endpoint=plan.endpoint)}, limits={"writer": Limits(**limits)})
    plan.write("runtime", encode(runtime))


def generate(plan: Plan, engine: str = "async") -> list[dict[str, Any]]:
    """Make the batch and return its rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESYN_ENGINE", engine)
        plan.generate("b00000")
    return plan.rows("b00000")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return the rows that every kind of weather ends with."""
    from resyn.testing import model_server

    with model_server() as server:
        plan = Plan(tmp_path_factory.mktemp("undisturbed"), server.endpoint)
        plan({"b00000": range(ROWS)})
        return generate(plan)


@pytest.mark.parametrize(
    "fault",
    [
        {"fault_rate": 0.2, "faults": ["500", "502"], "fault_times": 1},
        {"fault_rate": 0.2, "faults": ["429"], "fault_times": 1},
        {"fault_rate": 0.1, "faults": ["429"], "retry_after": 1, "fault_times": 1},
        {"capacity": 5},
        {"fault_rate": 0.2, "faults": ["reset", "cut", "html", "error_body", "content_type"], "fault_times": 1},
        {"fault_rate": 0.05, "faults": ["timeout"], "hang_s": 20},
        {"slow_at": 4, "latency_ms": 2},
        {"latency_ms": 5, "tail": 1.0},
    ],
    ids=lambda fault: " ".join(str(value) for value in fault.values()),
)
def test_weather_changes_no_row_and_no_answer_is_paid_twice(
    plan: Plan, server: ModelServer, undisturbed: list[dict[str, Any]], fault: dict[str, Any]
) -> None:
    """Exactly the rows of a run without it, whatever the endpoint did on the way."""
    server.configure(**fault)
    plan({"b00000": range(ROWS)})
    limit(plan, max_parallel_requests=16, timeout=1)
    assert generate(plan) == undisturbed
    assert server.stats()["repeated_after_answer"] == 0
    server.configure(**CALM)
    server.reset()
    plan.generate("b00000")
    assert server.stats()["requests"] == 0


@pytest.mark.parametrize("status", ["400", "500"])
def test_a_request_that_fails_always_ends_as_a_tombstone_and_the_replay_takes_the_same_path(
    plan: Plan, server: ModelServer, undisturbed: list[dict[str, Any]], status: str
) -> None:
    """Its row is drawn again and none is dropped; all other rows are as they were."""
    server.configure(fault_rate=0.03, faults=[status], sticky_faults=True)
    plan({"b00000": range(ROWS)}, max_redraws=20)
    limit(plan, max_parallel_requests=16, max_wait=2, tombstone=QUICK)
    rows = generate(plan)
    turns = pq.read_table(plan.project.trace("b00000"))
    stones = {turn["__row"] for turn in turns.to_pylist() if turn["status"] == "refused"}
    assert len(rows) == ROWS
    assert stones
    assert all(mine == other for mine, other in zip(rows, undisturbed, strict=True) if mine["__row"] not in stones)
    before = plan.project.trace("b00000").read_bytes()
    server.reset()
    plan.generate("b00000")
    assert server.stats()["requests"] == 0
    assert plan.project.trace("b00000").read_bytes() == before


@pytest.mark.parametrize("engine", ["async", "sync"])
def test_a_request_that_fails_always_keeps_no_other_from_being_sent(
    plan: Plan, server: ModelServer, undisturbed: list[dict[str, Any]], engine: str
) -> None:
    """Not even the first of a run in which one is sent at a time."""
    server.configure(replies=[{"match": f"TEXT about a {undisturbed[0]['topic']}", "reply": "no", "status": 500}])
    plan({"b00000": range(ROWS)}, max_redraws=0, max_missing_share=0.9)
    limit(plan, max_parallel_requests=16, max_wait=2, tombstone=QUICK)
    made = generate(plan, engine)
    assert made == [row for row in undisturbed if row["topic"] != undisturbed[0]["topic"]]


def test_no_more_than_the_limit_is_ever_in_flight(plan: Plan, server: ModelServer) -> None:
    """Retries included: one that waits holds no slot, one that is sent takes one."""
    server.configure(latency_ms=10, fault_rate=0.2, faults=["500"], fault_times=1)
    plan({"b00000": range(ROWS)}, parallel=7)
    generate(plan)
    assert max(request["in_flight"] for request in server.requests()) == 7


def test_requests_a_minute_spread_over_time(plan: Plan, server: ModelServer) -> None:
    """At ten a second, with a second's worth at once, no twenty follow each other within a second, though 16 may be in flight."""
    plan({"b00000": range(10)})
    limit(plan, max_parallel_requests=16, requests_per_minute=600)
    generate(plan)
    times = sorted(request["at"] for request in server.requests())
    assert len(times) == 30
    assert all(later - earlier > 0.9 for earlier, later in zip(times, times[20:], strict=False))


@pytest.mark.parametrize("provider_type", ["openai", "anthropic"])
def test_what_an_endpoint_s_headers_allow_is_not_overrun(plan: Plan, server: ModelServer, provider_type: str) -> None:
    """Ten at once, then ten a second, in the headers of either protocol: it never has to say no, and nothing waits longer than that."""
    server.configure(allowed=10, allowed_s=1.0)
    model = Model(provider="lab", provider_type=provider_type, model="fake", temperature=0.7, max_tokens=200)
    plan({"b00000": range(10)}, models={"writer": model})
    limit(plan, max_parallel_requests=8)
    assert len(generate(plan)) == 10
    assert server.stats()["statuses"] == {"200": server.stats()["requests"]}


def test_an_endpoint_that_comes_back_is_noticed_and_everything_that_waited_goes(
    plan: Plan, server: ModelServer, undisturbed: list[dict[str, Any]]
) -> None:
    """Nothing is lost, and what failed meanwhile does not sit out a long wait."""
    server.configure(latency_ms=20)
    plan({"b00000": range(ROWS)}, parallel=4)
    threading.Timer(0.2, server.down, [2]).start()
    assert generate(plan) == undisturbed


def test_an_endpoint_that_is_down_for_good_ends_the_run_and_the_next_one_goes_on(
    plan: Plan, server: ModelServer, undisturbed: list[dict[str, Any]]
) -> None:
    """Every answer is kept and none is asked for again."""
    plan({"b00000": range(ROWS)})
    limit(plan, max_parallel_requests=4, max_wait=0.5)
    server.configure(latency_ms=20)
    threading.Timer(0.4, server.configure, kwargs={"fault_rate": 1.0, "faults": ["503"]}).start()
    with pytest.raises(EndpointDown, match=r"served nothing for 0\.5 s: 503"):
        plan.generate("b00000")
    assert server.stats()["answered"] > 0
    server.configure(**CALM)
    assert generate(plan) == undisturbed
    assert server.stats()["repeated_after_answer"] == 0


@pytest.mark.parametrize(("first", "second"), [("async", "sync"), ("sync", "async")])
def test_a_run_that_one_driver_began_goes_on_under_the_other_with_the_same_bytes(
    plan: Plan, server: ModelServer, first: str, second: str
) -> None:
    """One request at a time or many: the rows are the same, and no answer is asked for twice."""
    plan({"b00000": range(ROWS)})
    limit(plan, max_parallel_requests=4, max_wait=0.1)
    server.configure(latency_ms=5, fault_rate=1.0, faults=["503"], replies=[{"match": "TEXT", "reply": "some words"}])
    with pytest.raises(EndpointDown):
        generate(plan, first)
    server.configure(**CALM)
    limit(plan, max_parallel_requests=4, max_wait=20)
    rows = generate(plan, second)
    assert [row["__row"] for row in rows] == list(range(ROWS))
    assert server.stats()["repeated_after_answer"] == 0
    files = plan.project.batch("b00000").read_bytes(), plan.project.trace("b00000").read_bytes()
    generate(plan, first)
    assert (plan.project.batch("b00000").read_bytes(), plan.project.trace("b00000").read_bytes()) == files


def test_the_next_batch_begins_at_the_pace_the_last_one_ended_with(plan: Plan, server: ModelServer) -> None:
    """A stage of its own each, and what the endpoint takes is learned once."""
    server.configure(latency_ms=10, capacity=6)
    plan({"b00000": range(60), "b00001": range(60, 120)}, parallel=64)
    plan.generate("b00000")
    first = server.stats()["statuses"].get("429", 0)
    server.reset()
    plan.generate("b00001")
    assert first > 0
    assert max(request["in_flight"] for request in server.requests()) <= 9


def test_a_note_of_a_pace_is_advice_only(plan: Plan) -> None:
    """A limit that the config has lowered since is kept to."""
    plan({"b00000": range(4)}, parallel=64)
    plan.generate("b00000")
    limits = json.loads(plan.project.runtime.read_text())["limits"]
    assert limits["writer"]["max_parallel_requests"] == 64
    limit(plan, max_parallel_requests=1)
    assert len(generate(plan)) == 4


@contextmanager
def under_way(plan: Plan, engine: str, drain: float) -> Iterator[subprocess.Popen[bytes]]:
    """Make the batch in a process of its own, which waits so many seconds for what is in flight when it is told to end."""
    code = (
        "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_DFL)\n"  # whoever runs these tests under nohup
        "import sys\nfrom pathlib import Path\nfrom resyn.engine.batch import generate\nfrom resyn.project import Project\n"
        "from resyn.spec.files import fingerprint\np = Project(Path(sys.argv[1]))\n"
        f"from resyn.engine import interrupt\ninterrupt.DRAIN_SECONDS = {drain}\n"
        "generate(p, 'b00000', fingerprint=fingerprint(p.generation.read_bytes()))"
    )
    environment = {**os.environ, "RESYN_ENGINE": engine}
    with subprocess.Popen([sys.executable, "-c", code, plan.project.root], stderr=subprocess.PIPE, env=environment) as process:
        yield process


def goes_on(plan: Plan, server: ModelServer) -> None:
    """Make the three rows in clear weather: exactly what had not arrived is asked for."""
    answered = server.stats()["answered"]
    server.configure(**CALM)
    server.reset()
    assert len(generate(plan)) == 3
    assert server.stats()["answered"] == 9 - answered


HANGING: dict[str, Any] = {
    "replies": [{"match": words, "reply": "words"} for words in ("TEXT", "NOTE")],
    "fault_rate": 1.0,
    "faults": ["timeout"],
    "hang_s": 60,
}
"""All but the first two columns; six answers in three rows."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("engine", ["async", "sync"])
def test_a_signal_ends_a_run_while_requests_hang_and_every_answer_is_kept(
    plan: Plan, server: ModelServer, engine: str, number: signal.Signals
) -> None:
    """Under both drivers, long before the requests in flight would end; the next run asks for what is missing only."""
    server.configure(**HANGING)
    plan({"b00000": range(3)})
    # One at a time, a request that hangs keeps the others from being answered until it is given up.
    limit(plan, max_parallel_requests=16, timeout=60 if engine == "async" else 5)
    with under_way(plan, engine, drain=0.5) as process:
        while server.stats()["answered"] < 3 or not server.stats()["in_flight"]:
            time.sleep(0.02)
        process.send_signal(number)
        assert b"every answer that arrived is kept" in process.communicate(timeout=20)[1]
    goes_on(plan, server)


@pytest.mark.parametrize("engine", ["async", "sync"])
@pytest.mark.parametrize("fault", [{"faults": ["429"], "retry_after": 1000}, {"faults": ["reset"]}], ids=["told to wait", "nothing served"])
def test_a_signal_ends_a_run_while_it_waits_to_send_again(plan: Plan, server: ModelServer, engine: str, fault: dict[str, Any]) -> None:
    """Nothing is in flight then, and so nothing is waited for."""
    server.configure(**HANGING | fault)
    plan({"b00000": range(3)})
    limit(plan, max_parallel_requests=16)
    with under_way(plan, engine, drain=60) as process:
        while server.stats()["answered"] < 3 or not any(request["status"] != 200 for request in server.requests()):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert b"every answer that arrived is kept" in process.communicate(timeout=20)[1]
    goes_on(plan, server)


@pytest.mark.parametrize("engine", ["async", "sync"])
def test_a_signal_waits_a_while_for_what_is_in_flight(plan: Plan, server: ModelServer, engine: str) -> None:
    """It is paid for: an answer that comes a moment later is kept, under both drivers."""
    server.configure(latency_ms=700)
    plan({"b00000": range(3)}, max_redraws=0)
    with under_way(plan, engine, drain=20) as process:
        while not server.stats()["in_flight"]:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert b"every answer that arrived is kept" in process.communicate(timeout=20)[1]
    server.configure(latency_ms=0)
    generate(plan)
    assert server.stats()["repeated"] == 0


def test_a_terminal_that_closes_is_no_second_signal(plan: Plan, server: ModelServer) -> None:
    """It is told of twice, and once more by the end of what it closed; what is in flight is waited for all the same."""
    server.configure(latency_ms=700)
    plan({"b00000": range(3)}, max_redraws=0)
    with under_way(plan, "async", drain=60) as process:
        while not server.stats()["in_flight"]:
            time.sleep(0.02)
        for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGTERM):
            process.send_signal(number)
            time.sleep(0.05)
        assert b"every answer that arrived is kept" in process.communicate(timeout=20)[1]
    server.configure(latency_ms=0)
    generate(plan)
    assert server.stats()["repeated_after_answer"] == 0


def test_a_second_signal_ends_a_run_at_once(plan: Plan, server: ModelServer) -> None:
    """While the first still waits for what is in flight; what had arrived is kept all the same."""
    server.configure(**HANGING)
    plan({"b00000": range(3)})
    limit(plan, max_parallel_requests=16, timeout=60)
    with under_way(plan, "async", drain=60) as process:
        while server.stats()["answered"] < 6 or not server.stats()["in_flight"]:
            time.sleep(0.02)
        time.sleep(0.3)  # more than a commit of the store
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == INTERRUPTED
    goes_on(plan, server)
