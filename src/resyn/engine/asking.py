"""Get answers to requests: from the store, from another process that is asking, or from the model."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from resyn.engine.lane import Lane
from resyn.engine.making import Clock
from resyn.engine.patience import SERVER_ERROR
from resyn.errors import AnswersMissing, EndpointDown, ModelUnavailable, ResynError, Stopped
from resyn.models.client import Client, open_client
from resyn.models.completion import error_message
from resyn.models.outcome import Answered, Failed, Outcome, Refused
from resyn.models.pace import Start
from resyn.models.request import Answer, Request, Status
from resyn.models.sharing import most_a_call
from resyn.spec import Limits, Provider, Runtime
from resyn.store.claims import Claims
from resyn.store.responses import Responses

READINESS_TIMEOUT = 10.0
_PACE_HOLDS = 3600.0
"""Seconds for which a pace is worth beginning with."""

_IS_BACK = "every answer so far is stored; when the endpoint is back, run the same command again"
_ITS_OWN = (
    f"{_IS_BACK}; where it serves others and fails for these alone, `limits: {{tombstone: {{served: 0}}}}` of the model in the config"
    " has them count as refused, and their rows drawn again"
)

_ALL_WRONG = (
    "correct what all of them say, such as `inference_parameters` or the schema in the config; where it is the endpoint that was wrong,"
    " `resyn store forget --failed` lets them be asked again"
)


class Later:
    """Say that a request may be sent once another has landed: what that one had set aside may suffice."""


class Meter(Protocol):
    """Count what requests cost, and say when no more may be spent."""

    def reserve(self, request: Request) -> Stopped | Later | None:
        """Set aside what an attempt may cost; return why it must not be made, or must not yet."""

    def settle(self, request: Request, outcome: Outcome) -> None:
        """Replace what was set aside by what the attempt cost."""


class NoMeter:
    """Spend without counting."""

    def reserve(self, request: Request) -> Stopped | Later | None:
        """Allow every request."""

    def settle(self, request: Request, outcome: Outcome) -> None:
        """Count nothing."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Say how much a run may spend, and how long."""

    meter: Meter = field(default_factory=NoMeter)
    clock: Clock = lambda: None


class Desk:
    """Know what is stored, what is claimed and how each model fares: what both drivers ask through."""

    def __init__(self, runtime: Runtime, responses: Responses, claims: Claims, models: Mapping[str, frozenset[str]], terms: Terms) -> None:
        """Prepare to ask; `models` names, for each provider, the models in use. Nothing is contacted before it is needed."""
        self._runtime, self._models = runtime, models
        self.responses, self.claims, self.meter, self.clock = responses, claims, terms.meter, terms.clock
        self.lanes: dict[str, Lane] = {}
        self._served_by: dict[str, tuple[str, str]] = {}
        self._has_found = False

    @property
    def asked(self) -> int:
        """Return how many requests reached a model, retries not counted."""
        return sum(lane.counts.asked for lane in self.lanes.values())

    @property
    def is_idle(self) -> bool:
        """Return whether a model may be sent more than waits for it."""
        return any(lane.in_flight < lane.limit and not lane.queued for lane in self.lanes.values())

    def find(self, keys: Iterable[bytes]) -> dict[bytes, Answer]:
        """Return the answers that are there already, by the key of their request."""
        found = self.responses.get_many(keys)
        self._has_found = self._has_found or any(answer.status is Status.ANSWERED for answer in found.values())
        return found

    def lane(self, request: Request) -> Lane:
        """Return the state of the model alias that a request is for; it begins at the pace that the last process ended with."""
        if (lane := self.lanes.get(request.alias)) is None:
            limits = self._runtime.limits.get(request.alias, Limits())
            noted = self.responses.pace(request.provider, request.model, since=int(time.time() - _PACE_HOLDS))
            a_call = most_a_call(request.kind, self._provider(request.provider))
            lane = self.lanes[request.alias] = Lane(limits, time.monotonic(), Start(*noted) if noted else None, a_call)
            self._served_by[request.alias] = (request.provider, request.model)
        return lane

    def note_paces(self) -> None:
        """Remember for the next process how many requests each model is sent at a time."""
        for alias, (provider, model) in self._served_by.items():
            pace = self.lanes[alias].pace
            self.responses.note_pace(provider, model, pace.limit, doubles=pace.grows, now=int(time.time()))

    async def open(self, request: Request) -> Client:
        """Return a client for the provider of `request`, once it is known to serve the models in use.

        Raises:
            ModelUnavailable: it will not serve them.
        """
        client = open_client(request.provider, request.provider_type, self._provider(request.provider))
        try:
            if not self.lane(request).limits.skip_health_check:
                await client.check(self._models[request.provider], READINESS_TIMEOUT)
        except BaseException:
            await client.close()
            raise
        return client

    def down(self, request: Request, outcome: Failed) -> EndpointDown:
        """Return the error that ends a run whose endpoint serves nothing."""
        endpoint = self._provider(request.provider).endpoint or request.provider
        return EndpointDown(
            f"model '{request.model}' at {endpoint} served nothing for {self.lane(request).limits.max_wait:g} s: {outcome.reason}",
            hint=_ITS_OWN if outcome.status == SERVER_ERROR and self._served_others(request) else _IS_BACK,
        )

    def wrong(self, request: Request, outcome: Answered | Refused) -> ModelUnavailable | None:
        """Return the error that ends a run of which every request is refused; None as long as it may be rows that are.

        A run that goes on with rows of an earlier one may be left with nothing but such rows.
        """
        lane = self.lane(request)
        if isinstance(outcome, Answered) or self._has_found or not lane.refuses_all:
            return None
        said = error_message(outcome.body) or f"status {outcome.status}"
        return ModelUnavailable(
            f"model '{request.model}' refused each of {lane.counts.refused} requests and answered none: {said}", hint=_ALL_WRONG
        )

    def _served_others(self, request: Request) -> bool:
        """Return whether the endpoint has ever answered: then it may be these requests that it cannot serve."""
        return self.lane(request).counts.answered > 0 or self.responses.count() > 0

    def _provider(self, name: str) -> Provider:
        try:
            return self._runtime.providers[name]
        except KeyError as error:
            raise ResynError(f"provider '{name}' is not in plan/runtime.json", hint="run `resyn plan`") from error


class Recorded:
    """Know of a batch that DVC's lock records: a missing answer means missing files, not missing work."""

    asked = 0

    def __init__(self, responses: Responses, key: str) -> None:
        self._responses, self._key = responses, key

    def find(self, keys: Iterable[bytes]) -> dict[bytes, Answer]:
        """Return the answers that are there already, by the key of their request."""
        return self._responses.get_many(keys)

    def refuse(self) -> AnswersMissing:
        """Return the error that keeps a finished batch from being paid for again; it names both ways on."""
        return AnswersMissing(
            f"batch {self._key} is finished according to its dvc.lock, but neither its files nor its answers are here",
            hint="run `dvc pull` (or RESYN_REGENERATE=1 to pay again)",
        )


def make_answer(request: Request, outcome: Answered | Refused, retries: int) -> Answer:
    """Return what is stored of an outcome."""
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
