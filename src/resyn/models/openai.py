"""Any OpenAI-compatible endpoint: chats, embeddings and images."""

from __future__ import annotations

from resyn.models import chat
from resyn.models.client import Client
from resyn.models.completion import read
from resyn.models.endpoint import Endpoint, Reply
from resyn.models.fallbacks import Fallbacks
from resyn.models.outcome import Failed, Outcome
from resyn.models.request import Request
from resyn.spec import Provider

__all__ = ["open_client", "read"]


def open_client(name: str, provider: Provider) -> Client:
    """Return the client of the provider called `name`; it connects and reads the key when it is first used."""
    return OpenAIClient(name, provider)


class OpenAIClient:
    """Talk to one OpenAI-compatible endpoint."""

    def __init__(self, name: str, provider: Provider) -> None:
        self._endpoint = Endpoint(name, provider, lambda key: {"Authorization": f"Bearer {key}"} if key else {})
        self._fallbacks = Fallbacks()

    async def check(self, models: frozenset[str], timeout: float) -> Failed | None:
        """Ask for the list of models, as `Endpoint.check`."""
        return await self._endpoint.check(models, timeout)

    async def send(self, request: Request, timeout: float) -> Outcome:
        """Make one attempt; where the endpoint turns down `seed` or `response_format`, ask again at once without it.

        Raises:
            KeyUnset: there is no key to ask with.
            ModelUnavailable: the status says that no later attempt can succeed.
        """

        async def attempt(without: frozenset[str]) -> Outcome:
            reply = await self._endpoint.post("/chat/completions", chat.write_body(request, without), request.model, timeout)
            return reply.read(read) if isinstance(reply, Reply) else reply

        return await self._fallbacks.send(request.model, chat.droppable(request), attempt)

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoint.close()
