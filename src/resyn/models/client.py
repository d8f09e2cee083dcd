"""What every kind of provider can do; the file named after a provider type does it."""

from __future__ import annotations

import importlib
from typing import Protocol

from resyn.models.outcome import Failed, Outcome
from resyn.models.request import Request
from resyn.spec import Provider


class Client(Protocol):
    """Talk to one provider."""

    async def check(self, models: frozenset[str], timeout: float) -> Failed | None:
        """Find out whether `models` can be asked, without a generation; return the weather that kept it from finding out.

        Raises:
            ModelUnavailable: the endpoint answers and will not serve (401, 403, 404, unset key, weights missing).
        """

    async def send(self, request: Request, timeout: float) -> Outcome:
        """Make one attempt, no retry.

        Raises:
            ModelUnavailable: 401, 403 or 404: no later attempt can succeed.
        """

    async def close(self) -> None:
        """Free connections and memory."""


def open_client(name: str, provider_type: str, provider: Provider) -> Client:
    """Return the client for a provider, found in the file named after its type."""
    module = importlib.import_module(f"resyn.models.{provider_type}")
    client: Client = module.open_client(name, provider)
    return client
