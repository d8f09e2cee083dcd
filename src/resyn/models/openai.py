"""Any OpenAI-compatible endpoint: chats, embeddings and images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from resyn.models import chat, pictures, vectors
from resyn.models.client import Client
from resyn.models.coalescing import Coalescer
from resyn.models.completion import NotAnAnswer, read
from resyn.models.endpoint import Endpoint, Reply
from resyn.models.fallbacks import Fallbacks
from resyn.models.outcome import Answered, Failed, Outcome
from resyn.models.request import Request
from resyn.models.sharing import most_a_call
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
        self._embeddings = Coalescer(self._embed, most_a_call("embedding", provider), "input")

    async def check(self, models: frozenset[str], timeout: float) -> Failed | None:
        """Ask for the list of models, as `Endpoint.check`."""
        return await self._endpoint.check(models, timeout)

    async def send(self, request: Request, timeout: float) -> Outcome:
        """Make one attempt; where the endpoint turns down `seed` or `response_format`, ask again at once without it.

        Raises:
            KeyUnset: there is no key to ask with.
            ModelUnavailable: the status says that no later attempt can succeed.
        """
        match request.kind:
            case "embedding":
                return await self._embeddings.send(request, timeout)
            case "image":
                return await self._paint(request, timeout)
            case _:
                return await self._chat(request, timeout)

    async def close(self) -> None:
        """Close the connections."""
        await self._embeddings.close()
        await self._endpoint.close()

    async def _chat(self, request: Request, timeout: float) -> Outcome:
        async def attempt(without: frozenset[str]) -> Outcome:
            reply = await self._endpoint.post("/chat/completions", chat.write_body(request, without), request.model, timeout)
            return reply.read(read) if isinstance(reply, Reply) else reply

        return await self._fallbacks.send(request.model, chat.droppable(request), attempt)

    async def _embed(self, requests: Sequence[Request], timeout: float) -> Sequence[Outcome]:
        reply = await self._endpoint.post("/embeddings", vectors.write_body(requests), requests[0].model, timeout)
        if not isinstance(reply, Reply):
            return [reply] * len(requests)
        whole = reply.read(vectors.read)
        if not isinstance(whole, Answered):
            return [whole] * len(requests)
        try:
            bodies = vectors.share(reply.body, [request.parameters["input"] for request in requests])
        except NotAnAnswer as error:
            return [Failed(reason=f"{reply.status} with {error}", status=reply.status, limits=reply.limits)] * len(requests)
        return [replace(whole, body=body, input_tokens=vectors.read(body).input_tokens) for body in bodies]

    async def _paint(self, request: Request, timeout: float) -> Outcome:
        path = "/chat/completions" if pictures.paints_in_chat(request.model) else "/images/generations"

        async def attempt(without: frozenset[str]) -> Outcome:
            reply = await self._endpoint.post(path, pictures.write_body(request, without), request.model, timeout)
            return reply.read(pictures.read) if isinstance(reply, Reply) else reply

        return await self._fallbacks.send(request.model, pictures.droppable(request), attempt)
