"""Tools in conversations: a real server of the protocol, a model that asks for it, and a store that remembers."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from resyn.errors import MissingRows, ResynError
from resyn.spec import Limits, Provider, Runtime, encode
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import Sampler
from resyn.spec.program import ToolSet
from resyn.spec.samplers.poisson import Poisson
from support import tool_server
from support.planned import Plan

COLUMNS = (
    Sampler(name="n", params=Poisson(mean=50)),
    LLMText(name="sum", model_alias="writer", prompt="{{ n }}", tool_alias="math"),
)


class Scripted:
    """A model that asks for two sums at once, `turns` times, and then says what it was told."""

    def __init__(self) -> None:
        self.turns, self.tool, self.requests = 1, "add", 0
        self.bodies: list[dict[str, Any]] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._reply({"data": []})

            def do_POST(self) -> None:
                self._reply(model.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"])))))

            def _reply(self, body: dict[str, Any]) -> None:
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}/v1"
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a chat completion."""
        self.requests += 1
        self.bodies.append(body)
        told = [message["content"] for message in body["messages"] if message["role"] == "tool"]
        asked = sum(message["role"] == "assistant" for message in body["messages"])
        message: dict[str, Any] = {"role": "assistant", "content": " ".join(told)}
        if asked < self.turns:
            number = int(body["messages"][0]["content"])
            calls = [{"first": number, "second": asked}, {"first": number, "second": asked + 100}]
            functions = [{"name": self.tool, "arguments": json.dumps(call)} for call in calls]
            message["tool_calls"] = [{"id": f"c{asked}{n}", "type": "function", "function": one} for n, one in enumerate(functions)]
        return {"choices": [{"message": message, "finish_reason": "stop"}], "usage": {"prompt_tokens": 5, "completion_tokens": 3}}


@pytest.fixture
def model() -> Iterator[Scripted]:
    """Serve the model that asks for tools."""
    model = Scripted()
    yield model
    model.server.shutdown()
    model.server.server_close()


def planned(plan: Plan, model: Scripted, calls: Path, command: str = sys.executable, **tools: Any) -> None:
    """Plan rows whose model may call the tools of a server on standard input and output."""
    fields: dict[str, Any] = {"tool_alias": "math", "providers": ("calc",), "allow_tools": ("add",), "max_tool_call_turns": 3} | tools
    plan({"b00000": range(4)}, columns=COLUMNS, tools={"math": ToolSet(**fields)})
    server = Provider(command=command, args=(str(tool_server.__file__), str(calls)))
    runtime = Runtime(
        providers={"lab": Provider(endpoint=model.endpoint), "calc": server},
        limits={"writer": Limits(), "tools math": Limits(timeout=20, skip_health_check=True)},
    )
    plan.write("runtime", encode(runtime))


def test_a_model_calls_tools_and_a_replay_calls_none(tmp_path: Path, model: Scripted) -> None:
    """Two at once; lists and results are stored and traced like answers, and the tools are part of what is asked."""
    plan, calls = Plan(tmp_path / "project", ""), tmp_path / "calls"
    plan.project.root.mkdir()
    planned(plan, model, calls)
    report = plan.generate("b00000")
    rows = plan.rows("b00000")
    assert [row["sum"] for row in rows] == [f"{row['n']} {row['n'] + 100}" for row in rows]
    assert sorted(calls.read_text().splitlines()) == sorted(f"add {row['n']} {second}" for row in rows for second in (0, 100))
    (tool,) = model.bodies[0]["tools"]
    assert (tool["function"]["name"], sorted(tool["function"]["parameters"]["properties"])) == ("add", ["first", "second"])
    assert report.answers == 4 * (1 + 2 + 2)
    before, asked = calls.read_text(), model.requests
    trace = plan.project.trace("b00000").read_bytes()
    planned(plan, model, calls, command="no-such-command")
    assert plan.generate("b00000").asked == 0
    assert plan.rows("b00000") == rows
    assert (calls.read_text(), model.requests) == (before, asked)
    assert plan.project.trace("b00000").read_bytes() == trace


def test_a_model_that_does_not_stop_is_told_to(tmp_path: Path, model: Scripted) -> None:
    """In Data Designer's words; one that goes on all the same makes no row."""
    plan, calls = Plan(tmp_path / "project", ""), tmp_path / "calls"
    plan.project.root.mkdir()
    model.turns = 2
    planned(plan, model, calls, max_tool_call_turns=1)
    plan.generate("b00000")
    assert all(row["sum"].endswith("without requesting additional tool calls.") for row in plan.rows("b00000"))
    model.turns = 99
    planned(plan, model, calls, max_tool_call_turns=2)
    with pytest.raises(MissingRows, match="the model went on asking for tools after 2 turns"):
        plan.generate("b00000")


def test_what_cannot_be_used_is_told(tmp_path: Path, model: Scripted) -> None:
    """A tool that may not be called, one that no server has, a server that does not start."""
    plan, calls = Plan(tmp_path / "project", ""), tmp_path / "calls"
    plan.project.root.mkdir()
    planned(plan, model, calls, command="no-such-command")
    with pytest.raises(ResynError, match="tool provider 'calc' cannot be used: FileNotFoundError"):
        plan.generate("b00000")
    planned(plan, model, calls, allow_tools=("subtract",))
    with pytest.raises(ResynError, match="column 'sum': no provider has the tool 'subtract'"):
        plan.generate("b00000")
    model.tool = "hidden"
    planned(plan, model, calls)
    with pytest.raises(MissingRows, match="the model asked for the tool 'hidden', which it may not use"):
        plan.generate("b00000")


def test_tools_at_an_address(tmp_path: Path, model: Scripted) -> None:
    """Over streamable HTTP, with a server that is there already."""
    plan, calls = Plan(tmp_path / "project", ""), tmp_path / "calls"
    plan.project.root.mkdir()
    planned(plan, model, calls)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(tool_server.__file__), str(calls), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            providers = {"lab": Provider(endpoint=model.endpoint), "calc": Provider(endpoint=f"http://127.0.0.1:{port}/mcp")}
            plan.write("runtime", encode(Runtime(providers=providers, limits={"tools math": Limits(timeout=20, skip_health_check=True)})))
            plan.generate("b00000")
        finally:
            process.kill()
    assert [row["sum"] for row in plan.rows("b00000")] == [f"{row['n']} {row['n'] + 100}" for row in plan.rows("b00000")]


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
