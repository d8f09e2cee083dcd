"""Make rows one request at a time, nothing at once: for debugging a plugin, and for endpoints that want it."""

from __future__ import annotations

import asyncio
import inspect
import random
import time
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, TypeVar

from resyn.columns.protocol import Work
from resyn.engine.asking import Desk, Recorded, make_answer
from resyn.engine.crew import awaited_results_of, results_of
from resyn.engine.interrupt import Signals
from resyn.engine.lane import Lane, Question
from resyn.engine.making import CLOCK_SECONDS, Clock
from resyn.engine.steps import Steps, Waiting
from resyn.engine.stored import answer_from
from resyn.errors import Stopped
from resyn.models.client import Client
from resyn.models.outcome import Outcome
from resyn.models.request import Answer, Request

_OTHER_PROCESS_POLL = 0.1
Result = TypeVar("Result")


def drive(steps: Steps, desk: Desk | Recorded, missing: Mapping[bytes, Sequence[Waiting]], signals: Signals) -> None:
    """Make the rows that are left; `missing` are requests known not to be stored.

    Raises:
        Interrupted: SIGINT or SIGTERM came; what was in flight was waited for a while, and every answer that arrived is kept.
        ResynError: the first error that ends the run; answers that arrived are stored.
    """
    with ExitStack() as stack:
        asking = _OneAtATime(desk, stack, signals)
        asking.put(missing)
        while True:
            steps.advance()
            asking.put(answer_from(desk, steps))
            work, steps.work = steps.work, []
            for one in work:
                steps.result(one, asking.do(one.work))
            if steps.is_done:
                return
            if not steps.has_news:
                for waiting, answer in asking.get():
                    steps.answer(waiting, answer)


class _OneAtATime:
    """Ask models and do local work, and wait for each. Only clients' coroutines run in a loop, never what columns and plugins do.

    A request that has to be sent again is put aside, and others are sent until then: a row's fate never hangs on its neighbours'.
    """

    def __init__(self, desk: Desk | Recorded, stack: ExitStack, signals: Signals) -> None:
        self._desk, self._stack, self._signals = desk, stack, signals
        self._runner: asyncio.Runner | None = None
        self._clients: dict[str, Client] = {}
        # All mutable state: questions under way by key, those another process has claimed, those to be sent again and when, answers that came.
        self._open: dict[bytes, Question] = {}
        self._parked: set[bytes] = set()
        self._again: dict[Question, float] = {}
        self._came: list[tuple[Waiting, Answer]] = []
        if isinstance(desk, Desk):
            stack.callback(self._give_back, desk)

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

    def put(self, wanted: Mapping[bytes, Sequence[Waiting]]) -> None:
        """Take requests that were not in the store a moment ago, by key.

        Raises:
            ResynError: no model may be asked.
        """
        if not wanted:
            return
        if isinstance(self._desk, Recorded):
            raise self._desk.refuse()
        for key, waiting in wanted.items():
            request = waiting[0].request
            assert request is not None  # noqa: S101 - for the type checker: they wait for it
            self._open.setdefault(key, Question(request, [])).waiting.extend(waiting)
        self._claim(self._desk, wanted)

    def get(self) -> list[tuple[Waiting, Answer]]:
        """Return answers, stored durably, as soon as there is one, with the cells that wait for it.

        Raises:
            EndpointDown: the endpoint served nothing for longer than the run waits.
            Stopped: the time is over, or the budget spent.
            ResynError: the model cannot be asked.
        """
        assert isinstance(self._desk, Desk)  # noqa: S101 - for the type checker: nothing is put otherwise
        while not self._came:
            pause = self._look(self._desk, time.monotonic())
            _sleep(pause, self._desk.clock)
        came, self._came = self._came, []
        return came

    def _look(self, desk: Desk, now: float) -> float:
        """Send the request that may go now; return the seconds until the next may, where there is none."""
        for due in [question for question, when in self._again.items() if when <= now]:
            del self._again[due]
            desk.lane(due.request).put_back(due)
        pauses = [when - now for when in self._again.values()]
        for lane in desk.lanes.values():
            if (question := lane.take(now)) is not None:
                self._send(desk, lane, question)
                return 0.0
            if (pause := lane.wake_in(now)) is not None:
                pauses.append(pause)
        if self._parked:
            parked, self._parked = self._parked, set()
            self._claim(desk, parked)
            pauses.append(_OTHER_PROCESS_POLL)
        return min(pauses, default=CLOCK_SECONDS)

    def _claim(self, desk: Desk, keys: Iterable[bytes]) -> None:
        keys = tuple(keys)
        granted = desk.claims.claim(keys)
        # Another process may have stored its answer between our look and our claim, or since we parked it.
        found = desk.find(keys)
        desk.claims.release(granted & found.keys())
        for answer in found.values():
            self._hand_on(answer)
        for key in keys:
            if key in found:
                continue
            if key in granted:
                desk.lane(self._open[key].request).put(self._open[key])
            else:
                self._parked.add(key)

    def _send(self, desk: Desk, lane: Lane, question: Question) -> None:
        request = question.request
        if isinstance(refusal := desk.meter.reserve(request), Stopped):
            lane.give_back(question, time.monotonic())
            raise refusal
        client = self._client(desk, request)  # nothing is paid for yet, and a signal ends it at once
        with self._signals.held():
            outcome = self.wait(self._signals.waited_for(client.send(request, lane.limits.timeout)))
            self._land(desk, lane, question, outcome)

    def _land(self, desk: Desk, lane: Lane, question: Question, outcome: Outcome) -> None:
        request = question.request
        desk.meter.settle(request, outcome)
        now = time.monotonic()
        landing = lane.landed(question, outcome, now, random.random())  # noqa: S311 - jitter, not content
        if landing.down is not None:
            raise desk.down(request, landing.down)
        if landing.outcome is None:
            self._again[question] = now + landing.retry_in
            return
        self._hand_on(desk.responses.put(make_answer(request, landing.outcome, question.retries)).result())
        if (wrong := desk.wrong(request, landing.outcome)) is not None:
            raise wrong
        if landing.ends_outage:
            self._again.update({other: now for other in self._again if desk.lane(other.request) is lane})

    def _hand_on(self, answer: Answer) -> None:
        self._came.extend((waiting, answer) for waiting in self._open.pop(answer.key).waiting)

    def _give_back(self, desk: Desk) -> None:
        """Release what was claimed in vain."""
        desk.claims.release(self._open.keys() - self._parked)

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
