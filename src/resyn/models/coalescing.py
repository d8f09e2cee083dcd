"""Let requests that differ in one parameter share a call: who waits with whom changes no request, no key and no answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import orjson

from resyn.models.outcome import Outcome, Refused
from resyn.models.request import Request
from resyn.models.sharing import GATHER


@dataclass(frozen=True, slots=True)
class _Waiting:
    request: Request
    outcome: asyncio.Future[Outcome]


class Coalescer:
    """Gather requests of one kind, which differ in the parameter `varies`; `call` sends up to `most` at once and returns their outcomes in order."""

    def __init__(self, call: Callable[[Sequence[Request], float], Awaitable[Sequence[Outcome]]], most: int, varies: str) -> None:
        self._call, self._most, self._varies = call, most, varies
        # All mutable state: requests by what they have in common, and the calls under way.
        self._groups: dict[bytes, list[_Waiting]] = {}
        self._calls: set[asyncio.Task[None]] = set()

    async def send(self, request: Request, timeout: float) -> Outcome:
        """Return the outcome of one request, which may have shared its call."""
        given = {name: value for name, value in request.parameters.items() if name != self._varies}
        key = orjson.dumps([request.model, given, request.extra_body, timeout], option=orjson.OPT_SORT_KEYS)
        loop = asyncio.get_running_loop()
        group = self._groups.setdefault(key, [])
        waiting = _Waiting(request, loop.create_future())
        group.append(waiting)
        if len(group) >= self._most:
            self._go(key, timeout)
        elif len(group) == 1:
            loop.call_later(GATHER, self._go, key, timeout, group)
        return await waiting.outcome

    async def close(self) -> None:
        """Give up the calls under way."""
        for task in self._calls:
            task.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def _go(self, key: bytes, timeout: float, group: list[_Waiting] | None = None) -> None:
        """Send a group, unless it is gone: it was full before its time came."""
        if group is None or self._groups.get(key) is group:
            task = asyncio.get_running_loop().create_task(self._send(self._groups.pop(key), timeout))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)

    async def _send(self, group: list[_Waiting], timeout: float) -> None:
        try:
            group = [waiting for waiting in group if not waiting.outcome.done()]  # cancelled meanwhile
            outcomes = await self._call([waiting.request for waiting in group], timeout) if group else []
        except Exception as error:  # noqa: BLE001 - every sender of the group learns of it
            for waiting in group:
                if not waiting.outcome.done():
                    waiting.outcome.set_exception(error)
            return
        if len(group) > 1 and all(isinstance(outcome, Refused) for outcome in outcomes):
            # One of them is what the endpoint refuses; the others must not share its fate.
            await asyncio.gather(*(self._send([waiting], timeout) for waiting in group))
            return
        for waiting, outcome in zip(group, outcomes, strict=True):
            if not waiting.outcome.done():
                waiting.outcome.set_result(outcome)
