"""Anthropic's messages API. It has no seeds: what makes two rows with one prompt differ is the temperature."""

from __future__ import annotations

from dataclasses import replace

from resyn.models import messages
from resyn.models.client import Client
from resyn.models.endpoint import Endpoint, Reply
from resyn.models.fallbacks import Fallbacks
from resyn.models.messages import read
from resyn.models.outcome import Failed, Outcome
from resyn.models.request import Request
from resyn.spec import Provider

__all__ = ["open_client", "read"]

VERSION = "2023-06-01"


def open_client(name: str, provider: Provider) -> Client:
    """Return the client of the provider called `name`; it connects and reads the key when it is first used."""
    return AnthropicClient(name, provider)


class AnthropicClient:
    """Talk to one endpoint of the messages API, whether or not its address ends in /v1."""

    def __init__(self, name: str, provider: Provider) -> None:
        address = provider.endpoint.rstrip("/").removesuffix("/v1")
        self._endpoint = Endpoint(name, replace(provider, endpoint=f"{address}/v1"), _sign)
        self._fallbacks = Fallbacks()

    async def check(self, models: frozenset[str], timeout: float) -> Failed | None:
        """Ask for the list of models, as `Endpoint.check`."""
        return await self._endpoint.check(models, timeout)

    async def send(self, request: Request, timeout: float) -> Outcome:
        """Make one attempt; where the model cannot be made to call a tool, ask again at once with the schema in the prompt.

        Raises:
            KeyUnset: there is no key to ask with.
            ModelUnavailable: the status says that no later attempt can succeed.
        """

        async def attempt(without: frozenset[str]) -> Outcome:
            reply = await self._endpoint.post("/messages", messages.write_body(request, without), request.model, timeout)
            return reply.read(read) if isinstance(reply, Reply) else reply

        return await self._fallbacks.send(request.model, messages.droppable(request), attempt)

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoint.close()


def _sign(key: str) -> dict[str, str]:
    return {"anthropic-version": VERSION} | ({"x-api-key": key} if key else {})
