"""The server in a process of its own, and what a test asks of it."""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson


@contextlib.contextmanager
def model_server(**options: Any) -> Iterator[ModelServer]:
    """Run a model server for the time of a `with` block; `options` are the fields of `Options`, as JSON values.

    It ends with the process that started it, however that ends.

    Raises:
        RuntimeError: it did not start; it has said why on standard error.
    """
    command = [sys.executable, "-m", "resyn.testing", orjson.dumps(options).decode()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield ModelServer(endpoint=_endpoint(process), pid=process.pid)
        finally:
            process.terminate()


def _endpoint(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101 - asked for above
    said = process.stdout.readline()
    if not said.startswith("listening on "):
        raise RuntimeError(f"the model server ended with code {process.wait()}")
    return said.removeprefix("listening on ").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServer:
    """Ask and steer a running server."""

    endpoint: str
    """What `endpoint` of a provider is set to: http://127.0.0.1:PORT/v1."""
    pid: int

    def stats(self) -> dict[str, Any]:
        """Return the counts: requests, answered, distinct, repeated, repeated_after_answer, statuses, in_flight, tokens and so on."""
        stats: dict[str, Any] = self._call("/stats")
        return stats

    def requests(self) -> list[dict[str, Any]]:
        """Return the log, oldest first: key, model, text (last user message), attempt, in_flight, at, status, fault."""
        log: list[dict[str, Any]] = self._call("/requests")
        return log

    def count(self, marker: str) -> int:
        """Return how many requests had `marker` in their last user message."""
        return sum(marker in request["text"] for request in self.requests())

    def reset(self) -> None:
        """Forget counts, log and attempts; the options stay."""
        self._call("/reset", {})

    def configure(self, **options: Any) -> None:
        """Change options from here on.

        Raises:
            ValueError: an option is unknown or has a wrong value.
        """
        self._call("/configure", options)

    def down(self, seconds: float) -> None:
        """Drop every connection and refuse new ones for so long."""
        self._call("/down", {"seconds": seconds})

    def _call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send one request, never through a proxy that the environment names."""
        where = urlsplit(self.endpoint)
        with contextlib.closing(http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)) as connection:
            connection.request("GET" if body is None else "POST", path, None if body is None else orjson.dumps(body))
            response = connection.getresponse()
            said = orjson.loads(response.read())
        if response.status != http.client.OK:
            raise ValueError(said["error"]["message"])
        return said
