"""A validator's endpoint: rows that are asked about at the same time share one POST of `{"data": [row, …]}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from resyn.errors import ResynError
from resyn.models.client import Client
from resyn.models.coalescing import Coalescer
from resyn.models.endpoint import Endpoint, Reply
from resyn.models.outcome import Answered, Failed, Outcome
from resyn.models.request import Request
from resyn.models.sharing import most_a_call
from resyn.spec import Provider


def open_client(name: str, provider: Provider) -> Client:
    """Return the client of an endpoint; it connects and reads the key when it is first used."""
    return ValidatorClient(name, provider)


class ValidatorClient:
    """Ask one endpoint about rows; each row has an answer of its own, so how they were batched shows nowhere."""

    def __init__(self, name: str, provider: Provider) -> None:
        self._name = name
        self._endpoint = Endpoint(name, provider, lambda key: {"Authorization": f"Bearer {key}"} if key else {})
        self._rows = Coalescer(self._ask, most_a_call("http", provider), "row")

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
        return await self._rows.send(request, timeout)

    async def close(self) -> None:
        """Close the connections."""
        await self._rows.close()
        await self._endpoint.close()

    async def _ask(self, requests: Sequence[Request], timeout: float) -> list[Outcome]:
        body = orjson.dumps({"data": [request.parameters["row"] for request in requests]})
        reply = await self._endpoint.post("", body, "validator", timeout)
        if not isinstance(reply, Reply):
            return [reply] * len(requests)
        try:
            said = orjson.loads(reply.body)
        except orjson.JSONDecodeError as error:  # a proxy's page, or an answer that was cut off: it may pass
            failed = Failed(reason=f"{reply.status} with no JSON ({error})", status=reply.status, limits=reply.limits)
            return [failed] * len(requests)
        return [_answered(verdict, reply) for verdict in self._verdicts(said, len(requests))]

    def _verdicts(self, said: Any, rows: int) -> list[Mapping[str, Any]]:
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
