"""A validator's endpoint on loopback: it judges rows, and lies, fails and refuses when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Verdict = Callable[[dict[str, Any]], Any]


class VerdictServer:
    """Judge rows with `verdict`; `reply`, where set, answers in place of it with (status, body)."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.calls: list[list[dict[str, Any]]] = []
        """The rows of each call."""
        self.headers: list[dict[str, str]] = []
        self.reply: Callable[[int, list[dict[str, Any]]], tuple[int, Any] | None] = lambda _number, _rows: None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}/v"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return every row it was asked about."""
        return [row for call in self.calls for row in call]

    def answer(self, rows: list[dict[str, Any]], headers: dict[str, str]) -> tuple[int, bytes]:
        """Return the status and the body of one call."""
        self.calls.append(rows)
        self.headers.append(headers)
        told = self.reply(len(self.calls), rows)
        status, body = told or (200, {"data": [self.verdict(row) for row in rows]})
        return status, body if isinstance(body, bytes) else json.dumps(body).encode()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def verdict_server(verdict: Verdict) -> Iterator[VerdictServer]:
    """Serve verdicts while a block runs."""
    server = VerdictServer(verdict)
    try:
        yield server
    finally:
        server.close()


def _handler(server: VerdictServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["data"]
            status, body = server.answer(rows, dict(self.headers))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
