"""Get the answer to a request: from the store, from another process that is asking, or from the model."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from resyn.engine.patience import Struggle, Verdict, judge
from resyn.errors import EndpointDown, ResynError
from resyn.models.client import Client, open_client
from resyn.models.outcome import Answered, Failed, Refused
from resyn.models.request import Answer, Request, Status
from resyn.models.retry import delay
from resyn.spec import Limits, Provider, Runtime
from resyn.store.claims import Claims
from resyn.store.responses import Responses

_OTHER_PROCESS_POLL = 0.1
"""Seconds between looks for an answer that another process has asked for."""
_READINESS_TIMEOUT = 10.0


class Asker(Protocol):
    """Answer requests; what the driver needs to know of the outside."""

    def stored(self, request: Request) -> Answer | None:
        """Return the answer that is there already."""

    @property
    def asked(self) -> int:
        """Return how many requests reached a model, retries not counted."""

    async def ask(self, request: Request) -> Answer:
        """Return the answer, stored durably before it is returned."""

    async def close(self) -> None:
        """Let go of every connection."""


@dataclass(slots=True)
class _Lane:
    """The state of one model alias: its slots and how it fares."""

    limits: Limits
    slots: asyncio.Semaphore
    served: int = 0
    last_served: float = 0.0


class StoreThenModel:
    """Ask models for what the store does not hold; no answer is asked for twice, whoever asks."""

    def __init__(self, runtime: Runtime, responses: Responses, claims: Claims, models: Mapping[str, frozenset[str]]) -> None:
        """Prepare to ask; `models` names, for each provider, the models in use. Nothing is contacted before it is needed."""
        self._runtime, self._responses, self._claims, self._models = runtime, responses, claims, models
        self._clients: dict[str, asyncio.Task[Client]] = {}
        self._lanes: dict[str, _Lane] = {}
        self._asked = 0

    @property
    def asked(self) -> int:
        """Return how many requests reached a model, retries not counted."""
        return self._asked

    def stored(self, request: Request) -> Answer | None:
        """Return the answer that is there already."""
        return self._responses.get(request.key)

    async def ask(self, request: Request) -> Answer:
        """Return the answer, stored durably before it is returned.

        Raises:
            EndpointDown: the endpoint served nothing for longer than the run waits.
            ModelUnavailable: the model cannot be asked at all.
        """
        while not self._claims.claim([request.key]):
            await asyncio.sleep(_OTHER_PROCESS_POLL)
            if answer := self.stored(request):
                return answer
        try:
            # Another process may have stored its answer between our look and our claim.
            if answer := self.stored(request):
                self._claims.release([request.key])
                return answer
            answer = await self._ask_model(request)
        except BaseException:
            self._claims.release([request.key])
            raise
        # The store gives the claim back once the answer is durable. What it returns is what is under the key from now on.
        return await asyncio.wrap_future(self._responses.put(answer))

    async def close(self) -> None:
        """Close the clients that were opened."""
        for task in self._clients.values():
            task.cancel()
            done = (await asyncio.gather(task, return_exceptions=True))[0]
            if not isinstance(done, BaseException):
                await done.close()

    async def _ask_model(self, request: Request) -> Answer:
        client = await self._client(request)
        lane = self._lane(request.alias)
        self._asked += 1
        struggle: Struggle | None = None
        while True:
            async with lane.slots:
                outcome = await client.send(request, lane.limits.timeout)
            now = time.monotonic()
            retries = struggle.failures if struggle else 0
            if not isinstance(outcome, Failed):
                lane.served, lane.last_served = lane.served + 1, now
                return _answer(request, outcome, retries)
            before = struggle or Struggle(0, now, lane.served)
            struggle = replace(before, failures=before.failures + 1)
            verdict = judge(
                struggle, now=now, served=lane.served, last_served=lane.last_served, status=outcome.status, max_wait=self._runtime.max_wait
            )
            if verdict is Verdict.GIVE_UP_REQUEST:
                return _answer(request, Refused(status=outcome.status, body=outcome.reason.encode()), struggle.failures)
            if verdict is Verdict.GIVE_UP_ENDPOINT:
                raise self._down(request, outcome)
            await asyncio.sleep(delay(struggle.failures, outcome.retry_after, random.random()))  # noqa: S311 - jitter, not content

    def _lane(self, alias: str) -> _Lane:
        if alias not in self._lanes:
            limits = self._runtime.limits.get(alias, Limits())
            self._lanes[alias] = _Lane(limits, asyncio.Semaphore(limits.max_parallel_requests), last_served=time.monotonic())
        return self._lanes[alias]

    async def _client(self, request: Request) -> Client:
        if request.provider not in self._clients:
            self._clients[request.provider] = asyncio.create_task(self._open(request))
        return await asyncio.shield(self._clients[request.provider])

    async def _open(self, request: Request) -> Client:
        client = open_client(request.provider, request.provider_type, self._provider(request.provider))
        try:
            if not self._lane(request.alias).limits.skip_health_check:
                await client.check(self._models[request.provider], _READINESS_TIMEOUT)
        except BaseException:
            await client.close()
            raise
        return client

    def _provider(self, name: str) -> Provider:
        try:
            return self._runtime.providers[name]
        except KeyError as error:
            raise ResynError(f"provider '{name}' is not in plan/runtime.json", hint="run `resyn plan`") from error

    def _down(self, request: Request, outcome: Failed) -> EndpointDown:
        endpoint = self._runtime.providers[request.provider].endpoint or request.provider
        return EndpointDown(
            f"model '{request.model}' at {endpoint} served nothing for {self._runtime.max_wait:g} s: {outcome.reason}",
            hint="every answer so far is stored; when the endpoint is back, run `dvc repro` again",
        )


class Replay:
    """Answer from the store alone: DVC's lock records this batch, so a missing answer means missing files, not missing work."""

    asked = 0

    def __init__(self, responses: Responses, key: str) -> None:
        self._responses, self._key = responses, key

    def stored(self, request: Request) -> Answer | None:
        """Return the answer that is there already."""
        return self._responses.get(request.key)

    async def ask(self, request: Request) -> Answer:  # noqa: ARG002 - the protocol's signature
        """Refuse to pay for a finished batch again.

        Raises:
            ResynError: always; names both ways on.
        """
        raise ResynError(
            f"batch {self._key} is finished according to its dvc.lock, but neither its files nor its answers are here",
            hint="run `dvc pull` (or RESYN_REGENERATE=1 to pay again)",
        )

    async def close(self) -> None:
        """Close nothing."""


def _answer(request: Request, outcome: Answered | Refused, retries: int) -> Answer:
    now = time.time_ns() // 1_000_000
    if isinstance(outcome, Refused):
        return Answer(key=request.key, status=Status.REFUSED, body=outcome.body, retries=retries, answered_at=now)
    return Answer(
        key=request.key,
        status=Status.ANSWERED,
        body=outcome.body,
        input_tokens=outcome.input_tokens,
        output_tokens=outcome.output_tokens,
        retries=retries,
        latency_ms=outcome.latency_ms,
        answered_at=now,
    )
