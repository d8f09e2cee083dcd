"""One model server for all tests of this folder, as new for each; requests and a client to send them with."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from resyn.models.client import open_client
from resyn.models.outcome import Outcome
from resyn.models.request import Request
from resyn.spec import Provider
from resyn.testing import ModelServer, Options, model_server


@pytest.fixture(scope="session")
def running() -> Iterator[ModelServer]:
    """Run one server for the whole session."""
    with model_server() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    """Return the server with default options and nothing counted."""
    defaults = dataclasses.asdict(Options())
    running.configure(**{name: value for name, value in defaults.items() if name != "port"})
    running.reset()
    return running


@pytest.fixture
def make_request() -> Callable[..., Request]:
    """Return a function that makes requests, of which only the text and what matters to a test is given."""

    def make(text: str = "Say something.", **changes: Any) -> Request:
        fields: dict[str, Any] = {
            "alias": "writer",
            "provider": "lab",
            "provider_type": "openai",
            "model": "some-model",
            "messages": ({"role": "user", "content": text},),
            "parameters": {"temperature": 0.7, "max_tokens": 32},
            "seed": 7,
            "attempt": 0,
        }
        return Request(**fields | changes)

    return make


@pytest.fixture
def ask() -> Callable[..., list[Outcome]]:
    """Send requests one after another with one client of their provider type; `endpoint`, `api_key`, `extra_headers` are the provider's."""

    def run(*requests: Request, timeout: float = 5.0, **provider: Any) -> list[Outcome]:
        async def send() -> list[Outcome]:
            client = open_client("lab", requests[0].provider_type, Provider(**provider))
            try:
                return [await client.send(request, timeout) for request in requests]
            finally:
                await client.close()

        return asyncio.run(send())

    return run


@pytest.fixture
def one_response() -> Iterator[Callable[[bytes], str]]:
    """Serve the given bytes once, whatever is asked, and return the endpoint."""
    with contextlib.ExitStack() as stack:

        def serve(response: bytes) -> str:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def answer() -> None:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(ConnectionError):  # whoever asks may read no further
                    connection.recv(65536)
                    connection.sendall(response)

            thread = threading.Thread(target=answer, daemon=True)
            thread.start()
            stack.callback(thread.join, 5)
            return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"

        yield serve
