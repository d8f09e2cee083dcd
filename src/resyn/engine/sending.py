"""Requests that the store does not answer, over an event loop: claimed, sent within each model's limits, stored, handed on."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from resyn.engine.asking import Desk, Later, make_answer
from resyn.engine.lane import Lane, Question
from resyn.engine.making import CLOCK_SECONDS
from resyn.engine.steps import Waiting
from resyn.errors import ModelUnavailable, ResynError
from resyn.models.client import Client
from resyn.models.outcome import Outcome
from resyn.models.request import Answer, Request

_OTHER_PROCESS_POLL = 0.1
"""Seconds between looks for answers that another process has asked for."""

_DRAIN_SECONDS = 10.0
"""How long answers in flight are waited for when a model cannot be asked any more."""


class Sending:
    """Ask models; no request is asked twice, whoever asks. Every slot is one task, which takes the next question when one has landed."""

    def __init__(self, desk: Desk, news: asyncio.Event) -> None:
        self._desk, self._news = desk, news
        self._loop = asyncio.get_running_loop()
        # All mutable state: answers that came, and the error that ends the run, for the driver;
        self.came: deque[tuple[Waiting, Answer]] = deque()
        self.error: BaseException | None = None
        # questions under way by key, those of them another process has claimed, how many answers are being stored,
        self._open: dict[bytes, Question] = {}
        self._parked: set[bytes] = set()
        self._storing: set[bytes] = set()
        # the tasks, clients and timers in use, and why nothing more is sent.
        self._slots: set[asyncio.Task[None]] = set()
        self._clients: dict[str, asyncio.Task[Client]] = {}
        self._timers: dict[object, asyncio.TimerHandle] = {}
        self._stop: ResynError | None = None
        self._held_back: set[Lane] = set()
        """Models whose next request waits for what others have set aside."""
        self._look_at_the_clock()

    def ask(self, wanted: Mapping[bytes, Sequence[Waiting]]) -> None:
        """Get the answers to these requests, by key; none of them was in the store a moment ago."""
        fresh = []
        for key, waiting in wanted.items():
            if key in self._open:
                self._open[key].waiting.extend(waiting)
            else:
                request = waiting[0].request
                assert request is not None  # noqa: S101 - for the type checker: they wait for it
                self._open[key] = Question(request, list(waiting))
                fresh.append(key)
        self._claim(fresh)

    def stop(self, reason: ResynError) -> None:
        """Send nothing more; once what is in flight is stored, that is the error."""
        self._stop = self._stop or reason
        self._end_if_stopped()

    def _end(self, error: ResynError) -> None:
        """Stop for an error of one model: what others were sent is paid for, and is waited for a while."""
        self._later(_DRAIN_SECONDS, "end", self._fail, error)
        self.stop(error)

    async def close(self) -> None:
        """End what is under way, give back what was claimed in vain, close the clients."""
        for timer in self._timers.values():
            timer.cancel()
        for slot in self._slots:
            slot.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)
        # The store gives back the claims of the answers it has been given.
        self._desk.claims.release(self._open.keys() - self._storing - self._parked)
        for task in self._clients.values():
            task.cancel()
            done = (await asyncio.gather(task, return_exceptions=True))[0]
            if not isinstance(done, BaseException):
                await done.close()

    def _look_at_the_clock(self) -> None:
        """Stop when the time is over, whether or not anything could be sent then."""
        if (over := self._desk.clock()) is not None:
            self.stop(over)
        else:
            self._later(CLOCK_SECONDS, "clock", self._look_at_the_clock)

    def _claim(self, keys: Iterable[bytes]) -> None:
        keys = tuple(keys)
        granted = self._desk.claims.claim(keys)
        self._parked.update(key for key in keys if key not in granted)
        if self._parked:
            self._later(_OTHER_PROCESS_POLL, "poll", self._poll)
        # Another process may have stored its answer between our look and our claim.
        found = self._desk.find(granted)
        self._desk.claims.release(found)
        self._hand_on(found.values())
        lanes: set[Lane] = set()
        for key in keys:  # in the order of rows, so that batches finish one after the other
            if key not in granted or key in found:
                continue
            question = self._open[key]
            lane = self._desk.lane(question.request)
            lane.put(question)
            lanes.add(lane)
        for lane in lanes:
            self._pump(lane)

    def _poll(self) -> None:
        parked, self._parked = self._parked, set()
        found = self._desk.find(parked)
        self._hand_on(found.values())
        self._claim(parked - found.keys())

    def _pump(self, lane: Lane) -> None:
        """Fill the free slots of a model; come back when more may go."""
        while (question := self._next(lane)) is not None:
            slot = self._loop.create_task(self._send(lane, question))
            self._slots.add(slot)
            slot.add_done_callback(self._slot_ended)
        if self._stop is None and lane not in self._held_back and (wait := lane.wake_in(time.monotonic())) is not None:
            self._later(wait, lane, self._pump, lane)

    def _next(self, lane: Lane) -> Question | None:
        if self._stop is not None or (question := lane.take(time.monotonic())) is None:
            return None
        refusal = self._desk.meter.reserve(question.request)
        if refusal is None:
            return question
        lane.give_back(question, time.monotonic())
        if isinstance(refusal, Later):
            self._held_back.add(lane)
        else:
            self.stop(refusal)
        return None

    async def _send(self, lane: Lane, first: Question) -> None:
        question: Question | None = first
        while question is not None:
            try:
                client = await self._client(question.request)
                outcome = await client.send(question.request, lane.limits.timeout)
            except ModelUnavailable as error:
                lane.give_back(question, time.monotonic())
                return self._end(error)
            self._landed(lane, question, outcome)
            question = self._next(lane)
            if lane.has_room:  # the limit has grown: an answer may free more than the slot it had
                self._pump(lane)
        return self._pump(lane)

    def _landed(self, lane: Lane, question: Question, outcome: Outcome) -> None:
        request = question.request
        self._desk.meter.settle(request, outcome)
        held_back, self._held_back = self._held_back, set()
        landing = lane.landed(question, outcome, time.monotonic(), random.random())  # noqa: S311 - jitter, not content
        if landing.outcome is not None:
            self._storing.add(request.key)
            self._desk.responses.add(make_answer(request, landing.outcome, question.retries), self._deliver)
            if (wrong := self._desk.wrong(request, landing.outcome)) is not None:
                self.stop(wrong)
        elif landing.down is not None:
            self._end(self._desk.down(request, landing.down))
        else:
            self._later(landing.retry_in, question, self._again, lane, question)
        if landing.ends_outage:
            self._wake(lane)
        for other in held_back:
            self._pump(other)
        self._end_if_stopped()

    def _again(self, lane: Lane, question: Question) -> None:
        lane.put_back(question)
        self._pump(lane)

    def _wake(self, lane: Lane) -> None:
        """Send again at once what failed while the endpoint was out."""
        for question in [name for name in self._timers if isinstance(name, Question)]:
            if self._desk.lane(question.request) is lane:
                self._timers.pop(question).cancel()
                lane.put_back(question)

    def _deliver(self, answers: Sequence[Answer] | Exception) -> None:
        """Take a group of answers that became durable, on the store's thread."""
        try:
            self._loop.call_soon_threadsafe(self._stored, answers)
        except RuntimeError:  # the loop has ended: they are stored, and nobody waits for them
            return

    def _stored(self, answers: Sequence[Answer] | Exception) -> None:
        if isinstance(answers, Exception):
            return self._fail(answers)
        self._storing.difference_update(answer.key for answer in answers)
        self._hand_on(answers)
        return self._end_if_stopped()

    def _hand_on(self, answers: Iterable[Answer]) -> None:
        for answer in answers:
            # What the store returns is what is under the key from now on.
            self.came.extend((waiting, answer) for waiting in self._open.pop(answer.key).waiting)
        if self.came:
            self._news.set()

    def _end_if_stopped(self) -> None:
        if self._stop is not None and not self._storing and not any(lane.in_flight for lane in self._desk.lanes.values()):
            self._fail(self._stop)

    def _later(self, seconds: float, name: object, action: object, *arguments: object) -> None:
        """Do something later; under one name only the last is done."""
        if (waiting := self._timers.pop(name, None)) is not None:
            waiting.cancel()
        self._timers[name] = self._loop.call_later(seconds, self._now, name, action, arguments)

    def _now(self, name: object, action: object, arguments: tuple[object, ...]) -> None:
        del self._timers[name]
        action(*arguments)  # type: ignore[operator] # `_later` was given a function

    async def _client(self, request: Request) -> Client:
        if (opened := self._clients.get(request.provider)) is None:
            opened = self._clients[request.provider] = self._loop.create_task(self._desk.open(request))
        return opened.result() if opened.done() else await asyncio.shield(opened)

    def _slot_ended(self, slot: asyncio.Task[None]) -> None:
        self._slots.discard(slot)
        if not slot.cancelled() and (error := slot.exception()) is not None:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self.error = self.error or error
        self._news.set()
