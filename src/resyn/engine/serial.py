"""Make rows one request at a time, nothing at once: for debugging a plugin, and for endpoints that want it."""

from __future__ import annotations

import asyncio
import inspect
import random
import time
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, TypeVar

from resyn.columns.protocol import Work
from resyn.engine.asking import Desk, Recorded, make_answer
from resyn.engine.crew import awaited_results_of, results_of
from resyn.engine.lane import Question
from resyn.engine.making import CLOCK_SECONDS, Clock
from resyn.engine.steps import Steps, Waiting
from resyn.engine.stored import answer_from
from resyn.errors import Stopped
from resyn.models.client import Client
from resyn.models.request import Answer, Request

_OTHER_PROCESS_POLL = 0.1
Result = TypeVar("Result")


def drive(steps: Steps, desk: Desk | Recorded, missing: Mapping[bytes, Sequence[Waiting]]) -> None:
    """Make the rows that are left; `missing` are requests known not to be stored.

    Raises:
        ResynError: the first error that ends the run; answers that arrived are stored.
    """
    with ExitStack() as stack:
        asking = _OneAtATime(desk, stack)
        wanted = dict(missing)
        while True:
            for waiting in wanted.values():
                _answer(steps, asking, waiting)
            steps.advance()
            wanted = {key: list(waiting) for key, waiting in answer_from(desk, steps).items()}
            work, steps.work = steps.work, []
            for one in work:
                steps.result(one, asking.do(one.work))
            if steps.is_done:
                return


def _answer(steps: Steps, asking: _OneAtATime, waiting: Sequence[Waiting]) -> None:
    request = waiting[0].request
    assert request is not None  # noqa: S101 - for the type checker: they wait for it
    answer = asking.ask(Question(request, list(waiting)))
    for one in waiting:
        steps.answer(one, answer)
    steps.advance()


class _OneAtATime:
    """Ask models and do local work, and wait for each. Only clients' coroutines run in a loop, never what columns and plugins do."""

    def __init__(self, desk: Desk | Recorded, stack: ExitStack) -> None:
        self._desk, self._stack = desk, stack
        self._runner: asyncio.Runner | None = None
        self._clients: dict[str, Client] = {}

    def do(self, work: Work | None) -> Any:
        """Return the result of local work, here and now."""
        assert work is not None  # noqa: S101 - for the type checker: a cell waits for it
        if inspect.iscoroutinefunction(work.do):
            return self.wait(awaited_results_of(work.do, [work.item]))[0]
        return results_of(work.do, [work.item])[0]

    def wait(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Return what a coroutine returns."""
        if self._runner is None:
            self._runner = self._stack.enter_context(asyncio.Runner())
        return self._runner.run(coroutine)

    def ask(self, question: Question) -> Answer:
        """Return the answer, stored durably.

        Raises:
            EndpointDown: the endpoint served nothing for longer than the run waits.
            Stopped: the time is over, or the budget spent.
            ResynError: the model cannot be asked.
        """
        if isinstance(self._desk, Recorded):
            raise self._desk.refuse()
        desk, key = self._desk, question.request.key
        while not desk.claims.claim([key]):
            _sleep(_OTHER_PROCESS_POLL, desk.clock)
            if found := desk.find([key]):
                return found[key]
        try:
            # Another process may have stored its answer between our look and our claim.
            return desk.find([key]).get(key) or self._ask_model(desk, question)
        finally:
            desk.claims.release([key])

    def _ask_model(self, desk: Desk, question: Question) -> Answer:
        request = question.request
        lane = desk.lane(request)
        lane.put(question)
        while True:
            _sleep(0, desk.clock)
            while lane.take(time.monotonic()) is None:
                _sleep(lane.wake_in(time.monotonic()) or 0, desk.clock)
            if isinstance(refusal := desk.meter.reserve(request), Stopped):
                lane.give_back(question, time.monotonic())
                raise refusal
            outcome = self.wait(self._client(desk, request).send(request, lane.limits.timeout))
            desk.meter.settle(request, outcome)
            landing = lane.landed(question, outcome, time.monotonic(), random.random())  # noqa: S311 - jitter, not content
            if landing.outcome is not None:
                answer = desk.responses.put(make_answer(request, landing.outcome, question.retries)).result()
                if (wrong := desk.wrong(request, landing.outcome)) is not None:
                    raise wrong
                return answer
            if landing.down is not None:
                raise desk.down(request, landing.down)
            _sleep(landing.retry_in, desk.clock)
            lane.put_back(question)

    def _client(self, desk: Desk, request: Request) -> Client:
        name = request.provider
        if name not in self._clients:
            self._clients[name] = self.wait(desk.open(request))
            self._stack.callback(lambda: self.wait(self._clients[name].close()))
        return self._clients[name]


def _sleep(seconds: float, clock: Clock) -> None:
    """Wait.

    Raises:
        Stopped: the time was over before.
    """
    end = time.monotonic() + seconds
    while True:
        if (over := clock()) is not None:
            raise over
        if (left := end - time.monotonic()) <= 0:
            return
        time.sleep(min(left, CLOCK_SECONDS))
