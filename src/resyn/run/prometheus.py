"""Figures of a run for Prometheus: its text format, on a port of this machine alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from resyn.engine.progress import Snapshot
from resyn.errors import ConfigError

_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(snapshot: Snapshot | None) -> str:
    """Return a snapshot in Prometheus' text format."""
    if snapshot is None:
        return ""
    lines = [
        *_metric("rows", "gauge", "Rows finished.", [("", snapshot.rows)]),
        *_metric("rows_planned", "gauge", "Rows to make.", [("", snapshot.rows_total)]),
        *_metric("batches", "gauge", "Batches finished.", [("", snapshot.batches)]),
        *_metric("batches_planned", "gauge", "Batches to make.", [("", snapshot.batches_total)]),
        *_metric("cells", "gauge", "Cells made, by column.", [(_label(column=name), made) for name, made in snapshot.cells.items()]),
    ]
    for name, kind, words in (
        ("in_flight", "gauge", "Requests in flight."),
        ("limit", "gauge", "Requests that may be in flight now."),
        ("queued", "gauge", "Requests that wait for a slot."),
        ("sent", "counter", "Attempts."),
        ("answered", "counter", "Answers."),
        ("refused", "counter", "Requests refused for good."),
        ("retries", "counter", "Attempts that failed and were made again."),
        ("input_tokens", "counter", "Input tokens."),
        ("output_tokens", "counter", "Output tokens."),
    ):
        suffix = "_total" if kind == "counter" else ""
        lines += _metric(name + suffix, kind, words, [(_label(model=model.alias), getattr(model, name)) for model in snapshot.models])
    if snapshot.dollars is not None:
        lines += _metric("dollars", "gauge", "What the dataset has cost, earlier runs too.", [("", snapshot.dollars)])
    return "\n".join(lines) + "\n"


@contextmanager
def serving(port: int) -> Iterator[Callable[[Snapshot], None]]:
    """Serve the latest snapshot at http://127.0.0.1:PORT/metrics while the block runs; yield what takes snapshots.

    Raises:
        ConfigError: the port is taken.
    """
    latest: list[Snapshot | None] = [None]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = exposition(latest[0]).encode()
            self.send_response(200)
            self.send_header("Content-Type", _TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of http.server's argument
            """Say nothing: standard error is the run's."""

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise ConfigError(f"port {port} cannot be used: {error.strerror}", hint="choose another `--metrics-port`") from error
    thread = threading.Thread(target=server.serve_forever, name="resyn-metrics", daemon=True)
    thread.start()
    try:
        yield lambda snapshot: latest.__setitem__(0, snapshot)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _metric(name: str, kind: str, words: str, values: list[tuple[str, float]]) -> list[str]:
    return [
        f"# HELP resyn_{name} {words}",
        f"# TYPE resyn_{name} {kind}",
        *(f"resyn_{name}{labels} {value}" for labels, value in values),
    ]


def _label(**labels: str) -> str:
    escaped = {name: value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n") for name, value in labels.items()}
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"
