"""A validator's endpoint: rows that are asked about at the same time share one POST of `{"data": [row, …]}`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from resyn.errors import ResynError
from resyn.models.client import Client
from resyn.models.endpoint import Endpoint, Reply
from resyn.models.outcome import Answered, Failed, Outcome, Refused
from resyn.models.request import Request
from resyn.spec import Provider

_GATHER_SECONDS = 0.005
"""How long a row waits for others to share its call."""

_Waiting = tuple[Request, asyncio.Future[Outcome]]


def open_client(name: str, provider: Provider) -> Client:
    """Return the client of an endpoint; it connects and reads the key when it is first used."""
    return ValidatorClient(name, provider)


class ValidatorClient:
    """Ask one endpoint about rows; each row has an answer of its own, so how they were batched shows nowhere."""

    def __init__(self, name: str, provider: Provider) -> None:
        self._name, self._most = name, provider.batch_size or 1
        self._endpoint = Endpoint(name, provider, lambda key: {"Authorization": f"Bearer {key}"} if key else {})
        # All mutable state: rows that wait to be sent together, and calls under way.
        self._waiting: list[_Waiting] = []
        self._calls: set[asyncio.Task[None]] = set()

    async def check(self, models: frozenset[str], timeout: float) -> Failed | None:  # noqa: ARG002 - the protocol's signature
        """Ask nothing: a validator has no list of models, and the first rows are the probe."""
        return None

    async def send(self, request: Request, timeout: float) -> Outcome:
        """Have one row judged.

        Raises:
            KeyUnset: there is no key to ask with.
            ModelUnavailable: the status says that no later attempt can succeed.
            ResynError: the endpoint answers with something else than verdicts; nothing of it is kept.
        """
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, future))
        if len(self._waiting) >= self._most:
            self._post(timeout)
        elif len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(_GATHER_SECONDS, self._post, timeout)
        return await future

    async def close(self) -> None:
        """Close the connections."""
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        await self._endpoint.close()

    def _post(self, timeout: float) -> None:
        rows, self._waiting = [item for item in self._waiting if not item[1].done()], []
        if rows:
            call = asyncio.create_task(self._call(rows, timeout))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def _call(self, rows: Sequence[_Waiting], timeout: float) -> None:
        try:
            outcomes = await self._ask([request for request, _ in rows], timeout)
        except Exception as error:  # noqa: BLE001 - it is raised where the rows are waited for
            _settle(rows, error)
            return
        for (_, future), outcome in zip(rows, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)

    async def _ask(self, requests: Sequence[Request], timeout: float) -> list[Outcome]:
        body = orjson.dumps({"data": [request.parameters["row"] for request in requests]})
        reply = await self._endpoint.post("", body, "validator", timeout)
        if isinstance(reply, Refused) and len(requests) > 1:  # only a row that is sent by itself is refused itself
            return [outcome for request in requests for outcome in await self._ask([request], timeout)]
        if not isinstance(reply, Reply):
            return [reply] * len(requests)
        return [_answered(verdict, reply) for verdict in self._verdicts(reply, len(requests))]

    def _verdicts(self, reply: Reply, rows: int) -> list[Mapping[str, Any]]:
        try:
            said = orjson.loads(reply.body)
        except orjson.JSONDecodeError as error:
            raise self._lie(f"answered with no JSON ({error})") from error
        verdicts = said.get("data") if isinstance(said, Mapping) else None
        if not isinstance(verdicts, list):
            raise self._lie('answered without the list `data` of `{"data": [{"is_valid": …}, …]}`')
        if len(verdicts) != rows:
            raise self._lie(f"answered with {len(verdicts)} verdicts for {rows} rows")
        for number, verdict in enumerate(verdicts):
            if not isinstance(verdict, Mapping) or not isinstance(verdict.get("is_valid", ""), bool | None):
                raise self._lie(f"answered with {str(verdict)[:80]} (item {number} of `data`), which has no true or false `is_valid`")
        return verdicts

    def _lie(self, what: str) -> ResynError:
        return ResynError(
            f"the validator {self._name} {what}", hint="mend the endpoint, then run `dvc repro`; nothing of this answer was kept"
        )


def _answered(verdict: Mapping[str, Any], reply: Reply) -> Answered:
    return Answered(body=orjson.dumps(verdict), input_tokens=0, output_tokens=0, latency_ms=reply.latency_ms)


def _settle(rows: Sequence[_Waiting], error: Exception) -> None:
    for _, future in rows:
        if not future.done():
            future.set_exception(error)
