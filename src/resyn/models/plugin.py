"""What a function of a plugin makes and is stored like an answer: the request itself knows how."""

from __future__ import annotations

import time

from resyn.models.client import Client
from resyn.models.outcome import Answered, Failed, Outcome
from resyn.models.request import Request
from resyn.spec import Provider


def open_client(name: str, provider: Provider) -> Client:  # noqa: ARG001 - every client is opened alike
    """Return the client; there is nothing to connect to."""
    return PluginClient()


class PluginClient:
    """Have requests make their own answers."""

    async def check(self, models: frozenset[str], timeout: float) -> Failed | None:  # noqa: ARG002 - the protocol's signature
        """Find nothing out: the function was loaded when the column was built."""
        return None

    async def send(self, request: Request, timeout: float) -> Outcome:  # noqa: ARG002 - the function has a bound of its own
        """Call the function.

        Raises:
            ResynError: it failed.
        """
        if request.make is None:
            raise TypeError("a request to a plugin carries what makes its answer")
        began = time.perf_counter()
        body = await request.make()
        return Answered(body=body, input_tokens=0, output_tokens=0, latency_ms=round((time.perf_counter() - began) * 1000))

    async def close(self) -> None:
        """Let go of nothing."""
