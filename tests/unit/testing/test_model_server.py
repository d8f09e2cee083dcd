"""The model server as tests and users run it: a process, asked over HTTP."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from resyn.errors import ConfigError
from resyn.models.completion import read
from resyn.testing import ModelServer, Options, model_server
from resyn.testing.decision import decide, parse
from resyn.testing.options import change, read_script

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    """Run one server for the module."""
    with model_server() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> Iterator[ModelServer]:
    """Return the server with nothing counted; what a test configures it takes back."""
    running.reset()
    yield running
    running.configure(latency_ms=0, fault_rate=0, fault_times=0, capacity=0, bad_json_rate=0, replies=[], slow_at=0, sticky_faults=False)


def post(server: ModelServer, text: str = "Hi.", **more: Any) -> tuple[int, bytes]:
    """Ask once; return status and body, (0, b"") where the connection ended without an answer."""
    where = urlsplit(server.endpoint)
    connection = http.client.HTTPConnection("127.0.0.1", where.port, timeout=10)
    body = {"model": "m", "messages": [{"role": "user", "content": text}], **more}
    try:
        connection.request("POST", "/v1/chat/completions", orjson.dumps(body))
        response = connection.getresponse()
        return response.status, response.read()
    except (ConnectionError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def test_the_same_request_gets_the_same_answer_from_every_server(server: ModelServer) -> None:
    """An answer follows from the request alone; another seed gives another."""
    with model_server() as other:
        assert post(server, seed=1) == post(other, seed=1)
    assert post(server, seed=1) != post(server, seed=2)


def test_json_answers_fit_the_schema_and_a_share_of_them_is_prose(server: ModelServer) -> None:
    """`bad_json_rate` goes by the request's seed, so that asking again with another may help."""
    asked: dict[str, Any] = {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}}}
    assert isinstance(orjson.loads(read(post(server, **asked)[1]).text)["n"], int)
    server.configure(bad_json_rate=0.5)
    texts = [read(post(server, seed=seed, **asked)[1]).text for seed in range(40)]
    assert 5 < sum(text.startswith("{") for text in texts) < 35


def test_a_schema_in_the_prompt_is_answered_in_a_fence(server: ModelServer) -> None:
    """As models do that have no response format."""
    text = read(post(server, f"Fit {orjson.dumps(SCHEMA).decode()}")[1]).text
    assert text.startswith("```json\n")
    assert isinstance(orjson.loads(text.strip("`").removeprefix("json"))["n"], int)


def test_the_log_counts_requests_by_what_the_prompt_says(server: ModelServer) -> None:
    """A marker in a prompt tells a test how often a column was asked."""
    for text in ("column=a row=1", "column=a row=2", "column=b row=1", "column=b row=1"):
        post(server, text)
    assert (server.count("column=a"), server.count("column=b"), server.count("")) == (2, 2, 4)
    assert [request["attempt"] for request in server.requests()] == [0, 0, 0, 1]
    stats = server.stats()
    assert (stats["requests"], stats["distinct"], stats["repeated"], stats["repeated_after_answer"]) == (4, 3, 1, 1)
    assert stats["statuses"] == {"200": 4}
    server.reset()
    assert server.stats()["requests"] == len(server.requests()) == 0


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("503", 503, b"injected 503"),
        ("reset", 0, b""),
        ("cut", 0, b""),
        ("html", 200, b"<!doctype"),
        ("error_body", 200, b"injected error"),
    ],
)
def test_a_transient_fault_goes_away_and_a_sticky_one_stays(server: ModelServer, fault: str, status: int, body: bytes) -> None:
    """Which attempts fail follows from the request, so a test can repeat it."""
    server.configure(fault_rate=1, faults=[fault], fault_times=2)
    got = [post(server) for _ in range(3)]
    assert [code for code, _ in got] == [status, status, 200]
    assert body in got[0][1]
    assert read(got[2][1]).text
    assert [request["fault"] for request in server.requests()] == [fault, fault, ""]
    server.configure(fault_times=0, fault_rate=0.5, sticky_faults=True, faults=["500"])
    first = [post(server, seed=seed)[0] for seed in range(30)]
    assert {200, 500} == set(first)
    assert [post(server, seed=seed)[0] for seed in range(30)] == first


def test_more_requests_than_the_capacity_are_turned_away(server: ModelServer) -> None:
    """A limit on requests in flight answers 429 with Retry-After."""
    server.configure(capacity=2, latency_ms=300, retry_after=3)
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda seed: post(server, seed=seed)[0], range(8)))
    assert statuses.count(200) >= 2
    assert 429 in statuses
    assert server.stats()["statuses"]["429"] == statuses.count(429)


def test_latency_follows_from_the_request_and_the_load() -> None:
    """Jitter and tail spread the latencies around their mean; at `slow_at` requests in flight they have doubled."""
    asked = [parse(orjson.dumps({"model": "m", "messages": [{"role": "user", "content": str(n)}]})) for n in range(2_000)]
    options = Options(latency_ms=100, jitter=0.2, tail=0.5)
    delays = [decide(one, options, ()).delay for one in asked if one]
    assert delays == [decide(one, options, ()).delay for one in asked if one]
    assert 0.095 < sum(delays) / len(delays) < 0.105
    assert max(delays) > 3 * min(delays)
    loaded = replace(options, slow_at=8)
    assert [decide(replace(one, in_flight=8), loaded, ()).delay for one in asked if one] == [2 * delay for delay in delays]


def test_scripted_replies_come_first(server: ModelServer, tmp_path: Path) -> None:
    """A script answers what it matches, with a status of its own and as often as it says."""
    script = tmp_path / "script.json"
    replies = [{"match": "weather", "reply": "Sunny."}, {"match": "bad", "reply": "no", "status": 422, "times": 1}]
    script.write_bytes(orjson.dumps(replies))
    server.configure(replies=replies)
    assert read(post(server, "The weather?")[1]).text == "Sunny."
    assert [post(server, "bad")[0] for _ in range(2)] == [422, 200]
    assert change(None, {"replies": replies}).replies == read_script(str(script))
    server.configure(replies=[], script=str(script))
    assert read(post(server, "The weather?")[1]).text == "Sunny."
    server.configure(script="")


def test_an_outage_refuses_connections_and_ends(server: ModelServer) -> None:
    """Requests under way are cut, new ones refused, and later all is as before."""
    server.configure(latency_ms=5_000)
    with ThreadPoolExecutor(1) as pool:
        cut = pool.submit(post, server)
        while not server.stats()["in_flight"]:
            time.sleep(0.01)
        server.down(0.3)
        assert cut.result() == (0, b"")
    port = urlsplit(server.endpoint).port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port or 0), timeout=1)
    deadline = time.monotonic() + 10
    while not _listens(server) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.stats()["disconnects"] == 1


def test_a_wrong_option_is_named(server: ModelServer) -> None:
    """Neither a typing error nor an unknown fault is silently ignored."""
    with pytest.raises(ValueError, match="the nearest is 'latency_ms'"):
        server.configure(latency=3)
    with pytest.raises(ValueError, match="there is no fault '418'"):
        server.configure(faults=["418"])
    with pytest.raises(ConfigError, match="no script"):
        read_script("/no/such/file")


@pytest.mark.parametrize("sent", [b"nonsense\r\n\r\n", b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"])
def test_what_is_no_request_is_answered_400(server: ModelServer, sent: bytes) -> None:
    """A client under test may send anything."""
    with socket.create_connection(("127.0.0.1", urlsplit(server.endpoint).port or 0), timeout=5) as connection:
        connection.sendall(sent)
        assert connection.recv(4096).startswith(b"HTTP/1.1 400 Bad Request")


def test_a_schema_that_leads_nowhere_is_answered_400(server: ModelServer) -> None:
    """The server survives what it cannot fit."""
    status, body = post(server, response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": {"$ref": "#/nowhere"}}})
    assert status == 400
    assert b"no answer can be made up" in body


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    """Ctrl-C is the way to stop it: exit code 0, nothing on standard error."""
    process = subprocess.Popen(
        [sys.executable, "-m", "resyn.testing", "{}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("listening on http://127.0.0.1:")
    process.send_signal(number)
    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == 0


def test_it_ends_with_the_process_that_started_it() -> None:
    """A test that is killed leaves no server behind."""
    code = "from resyn.testing import model_server\nwith model_server() as server:\n    print(server.pid, flush=True)\n    input()"
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 10
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(pid)


def test_a_taken_port_is_named() -> None:
    """Two servers on one port: the second says so and ends."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run([sys.executable, "-m", "resyn.testing", f'{{"port": {port}}}'], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


def _listens(server: ModelServer) -> bool:
    try:
        server.stats()
    except ConnectionRefusedError:
        return False
    return True


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{pid}/stat").exists() or Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
