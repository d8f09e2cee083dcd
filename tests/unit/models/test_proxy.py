"""Endpoints behind a proxy that the environment names."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

from resyn.models.outcome import Answered, Failed, Outcome
from resyn.models.proxy import proxy_for
from resyn.models.request import Request
from resyn.testing import ModelServer

Ask = Callable[..., list[Outcome]]
ELSEWHERE = "http://models.example:8000/v1"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@contextmanager
def proxy(upstream: str) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Run a proxy that sends everything to one server; yield its port, and what was asked of it under which credentials."""
    seen: list[tuple[str, str]] = []

    class Forward(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append((self.path, self.headers.get("Proxy-Authorization", "")))
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with closing(http.client.HTTPConnection(urlsplit(upstream).netloc)) as connection:
                connection.request("POST", urlsplit(self.path).path, body, {"Content-Type": "application/json"})
                answer = connection.getresponse().read()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_CONNECT(self) -> None:
            self.send_error(407, "Who are you")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Forward) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], seen
        server.shutdown()
        thread.join()


def test_an_endpoint_is_reached_through_the_proxy_of_the_environment(
    server: ModelServer, make_request: Callable[..., Request], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the credentials in its address, and by a name that only the proxy knows; this machine's own endpoints are reached directly."""
    with proxy(server.endpoint) as (port, seen):
        monkeypatch.setenv("HTTP_PROXY", f"http://me:secret-word@127.0.0.1:{port}")
        (answer,) = ask(make_request(), endpoint=ELSEWHERE)
        assert isinstance(answer, Answered)
        assert seen == [(f"{ELSEWHERE}/chat/completions", "Basic bWU6c2VjcmV0LXdvcmQ=")]
        assert isinstance(ask(make_request(), endpoint=server.endpoint)[0], Answered)
        assert len(seen) == 1


def test_a_proxy_that_refuses_is_weather_and_its_password_is_not_shown(
    server: ModelServer, make_request: Callable[..., Request], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the proxy says of an address under https."""
    with proxy(server.endpoint) as (port, _):
        monkeypatch.setenv("https_proxy", f"http://me:pw@127.0.0.1:{port}")
        (failed,) = ask(make_request(), endpoint=ELSEWHERE.replace("http:", "https:"))
    assert isinstance(failed, Failed)
    assert failed.reason == "the proxy of the environment said 407 Who are you"


@pytest.mark.parametrize(
    ("variables", "address", "expected"),
    [
        ({}, ELSEWHERE, None),
        ({"HTTP_PROXY": "http://p:1"}, ELSEWHERE, "http://p:1"),
        ({"http_proxy": "p:1"}, ELSEWHERE, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, "https://models.example/v1", None),
        ({"ALL_PROXY": "http://p:1"}, "https://models.example/v1", "http://p:1"),
        ({"ALL_PROXY": "socks5://p:1"}, ELSEWHERE, None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "other.example,.example"}, ELSEWHERE, None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "*"}, ELSEWHERE, None),
        ({"HTTP_PROXY": "http://p:1"}, "http://127.0.0.1:8000/v1", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://[::1]:8000/v1", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://localhost:8000/v1", None),
    ],
)
def test_the_variables_mean_what_they_mean_elsewhere(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], address: str, expected: str | None
) -> None:
    """In either case of letters; and no proxy is asked for this machine."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(address) == expected
