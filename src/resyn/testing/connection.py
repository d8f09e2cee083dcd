"""HTTP/1.1 on asyncio's protocols, no framework: one kept-alive connection, one request at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

_HEAD_END = b"\r\n\r\n"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Received:
    """Hold one HTTP request; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Connection(asyncio.Protocol):
    """Cut the bytes of one client into requests, and send what is answered."""

    def __init__(self, handle: Callable[[Connection, Received], None], open_connections: set[Connection]) -> None:
        self._handle = handle
        self._open = open_connections
        self._buffer = b""
        self._busy = False
        self._transport: asyncio.Transport
        self.gone: Callable[[], None] | None = None
        """Called when the client leaves before its answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way back."""
        self._transport = cast(asyncio.Transport, transport)
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Tell whoever was still working on an answer."""
        self._open.discard(self)
        if self.gone:
            self.gone()
            self.gone = None

    def data_received(self, data: bytes) -> None:
        """Collect bytes; hand on a request when it is whole."""
        self._buffer += data
        if not self._busy:
            self._next()

    def send(self, status: int, body: bytes, content_type: str = "application/json", headers: Mapping[str, str] | None = None) -> None:
        """Answer, and go on with what came meanwhile."""
        self._write(status, body, content_type, headers)
        self._busy, self.gone = False, None
        if self._buffer:
            self._next()

    def cut(self, body: bytes) -> None:
        """Announce a whole body, send half of it and close."""
        self._write(200, body, "application/json", send=len(body) // 2)
        self.gone = None
        self._transport.close()

    def reset(self) -> None:
        """Drop the connection without a word."""
        self.gone = None
        self._transport.abort()

    def drop(self) -> None:
        """Take the server's side down: cut a request under way, close an idle connection."""
        if self._busy:
            self._transport.abort()
        else:
            self._transport.close()

    def _write(
        self, status: int, body: bytes, content_type: str, headers: Mapping[str, str] | None = None, send: int | None = None
    ) -> None:
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        phrase = _PHRASES.get(status, "Unknown")
        head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self._transport.write(head.encode() + body[:send])

    def _next(self) -> None:
        end = self._buffer.find(_HEAD_END)
        if end < 0:
            return
        try:
            method, path, headers = _parse_head(self._buffer[:end].decode("latin-1"))
        except ValueError:
            self._write(HTTPStatus.BAD_REQUEST, b"{}", "application/json")
            self._transport.close()
            return
        start = end + len(_HEAD_END)
        size = start + int(headers.get("content-length", 0))
        if len(self._buffer) < size:
            if headers.get("expect", "").lower() == "100-continue" and len(self._buffer) == start:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        body, self._buffer = self._buffer[start:size], self._buffer[size:]
        self._busy = True
        self._handle(self, Received(method, path, headers, body))


def _parse_head(head: str) -> tuple[str, str, dict[str, str]]:
    """Return method, path and headers.

    Raises:
        ValueError: it is no HTTP, or its body comes without a length.
    """
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if "transfer-encoding" in headers:
        raise ValueError("a body in chunks")
    return method, path, headers
