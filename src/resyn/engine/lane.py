"""One model alias: what waits for it, what may be sent now, and what follows when something comes back. No I/O; time is an argument."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import chain

from resyn.engine.eta import LaneLook
from resyn.engine.patience import ALL_REFUSED, TOO_MANY_REQUESTS, Breaker, Struggle, Verdict, Weather, judge, longest_wait
from resyn.engine.quotas import Quotas
from resyn.engine.steps import Waiting
from resyn.models.outcome import Answered, Failed, Outcome, Refused
from resyn.models.pace import Pace, Start
from resyn.models.request import Request
from resyn.models.retry import LONGEST_TOLD, delay
from resyn.spec import Limits

_CROWDED = frozenset({TOO_MANY_REQUESTS, 503, 529})
"""Statuses that say: too much at once."""
_REMEMBERED = 2000
"""Attempts of which it is known how long they took."""


@dataclass(slots=True, eq=False)
class Question:
    """Hold a request that must reach its model, and the cells that wait for the answer."""

    request: Request
    waiting: list[Waiting]
    struggle: Struggle | None = None
    sent: float = 0.0
    reserved: float = 0.0
    """Tokens set aside for the attempt under way."""

    @property
    def column(self) -> str:
        """Return a column that waits for it."""
        return self.waiting[0].node.name if self.waiting else ""

    @property
    def goes_on(self) -> bool:
        """Return whether it goes on with a row that other answers have begun."""
        return bool(self.waiting) and (bool(self.waiting[0].row.turns) or bool(self.waiting[0].node.waits_for))

    @property
    def retries(self) -> int:
        """Return how often it failed."""
        return self.struggle.failures if self.struggle else 0


@dataclass(frozen=True, slots=True)
class Landing:
    """Say what follows an attempt: `outcome` is final, or the endpoint is `down`, or it is sent again in `retry_in` seconds."""

    outcome: Answered | Refused | None = None
    down: Failed | None = None
    retry_in: float = 0.0
    ends_outage: bool = False
    """Whether whatever waits to be sent again may go now."""


@dataclass(slots=True)
class Counts:
    """Count what became of one model's requests, for whoever shows progress."""

    sent: int = 0
    """Attempts, retries too."""
    asked: int = 0
    """Requests, retries not counted."""
    retries: int = 0
    answered: int = 0
    refused: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    """Failed attempts by HTTP status; 0 where there was none."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Column → seconds that its attempts were in flight."""
    waited: float = 0.0
    """Seconds that attempts which failed wait to be sent again."""


class Lane:
    """Decide for one model alias, of whose requests as many as `a_call` share one on the wire."""

    def __init__(self, limits: Limits, now: float, start: Start | None = None, a_call: int = 1) -> None:
        self.limits, self.counts = limits, Counts()
        self._pace, self._breaker, self._quotas = Pace(limits.max_parallel_requests, start), Breaker(), Quotas(limits, now, a_call)
        # All mutable state: questions that wait for a slot, those of begun rows apart, how many are in flight or wait to be sent again,
        # what was served and when.
        self._fresh: deque[Question] = deque()
        self._begun: deque[Question] = deque()
        self.in_flight = self.retrying = 0
        self._first_in_flight = 0
        self._served, self._last_served = 0, now
        self._last_failure: Failed | None = None
        self._again = 0.0
        """When the last of those that failed is sent again."""
        self._took: deque[float] = deque(maxlen=_REMEMBERED)

    @property
    def limit(self) -> int:
        """Return how many requests may be in flight now."""
        return self._pace.limit

    @property
    def pace(self) -> Start:
        """Return where the next process may begin."""
        return self._pace.state

    @property
    def queued(self) -> int:
        """Return how many questions wait for a slot."""
        return len(self._fresh) + len(self._begun)

    @property
    def failing(self) -> str:
        """Return why nothing is served of late; "" where something is."""
        return self._last_failure.reason if self._last_failure and self._breaker.is_open else ""

    def look(self) -> LaneLook:
        """Return what there is to reckon with when the time to go is estimated."""
        reaches = self.limits.max_parallel_requests if self.pace.grows else self.limit
        return LaneLook(
            in_flight=self.in_flight,
            limit=self.limit,
            reaches=reaches,
            spent=dict(self.counts.seconds),
            landed=self.counts.sent - self.in_flight,
            failed=sum(self.counts.statuses.values()),
            waited=self.counts.waited,
            took=tuple(self._took),
            again=self._again,
        )

    @property
    def has_room(self) -> bool:
        """Return whether a question waits while slots are free."""
        return self.in_flight < self._pace.limit and bool(self._begun or self._fresh)

    @property
    def refuses_all(self) -> bool:
        """Return whether so many requests were refused, and none answered, that something is wrong with every one of them."""
        return self.counts.answered == 0 and self._served >= ALL_REFUSED

    def put(self, question: Question) -> None:
        """Take a question that has not been sent yet; one that goes on with a row is sent before those that begin one.

        So rows, and whole batches, are finished early, and what a column costs is known early.
        """
        (self._begun if question.goes_on else self._fresh).append(question)

    def put_back(self, question: Question) -> None:
        """Take a question whose wait for another attempt is over; it goes first."""
        self.retrying -= 1
        self._begun.appendleft(question)

    def take(self, now: float) -> Question | None:
        """Return the question to send now, which takes a slot; None where none may go."""
        if not self.has_room or self._wait(now) != 0.0:
            return None
        question = (self._begun or self._fresh).popleft()
        question.sent, question.reserved = now, self._quotas.reserve(question.request, now)
        self.in_flight += 1
        self.counts.sent += 1
        self.counts.asked += question.struggle is None
        self._first_in_flight += question.struggle is None
        return question

    def give_back(self, question: Question, now: float) -> None:
        """Take back a question that was not sent after all."""
        self.in_flight -= 1
        self.counts.sent -= 1
        self.counts.asked -= question.struggle is None
        self._first_in_flight -= question.struggle is None
        self._quotas.give_back(question.reserved, now)
        self._begun.appendleft(question)

    def wake_in(self, now: float) -> float | None:
        """Return in how many seconds `take` may give what it does not give now; None where only a landing helps, or nothing waits."""
        return self._wait(now) if self.has_room else None

    def landed(self, question: Question, outcome: Outcome, now: float, jitter: float) -> Landing:
        """Free the slot and return what follows."""
        in_flight, self.in_flight = self.in_flight, self.in_flight - 1
        self._first_in_flight -= question.struggle is None
        took = now - question.sent
        self.counts.seconds[question.column] = self.counts.seconds.get(question.column, 0.0) + took
        self._took.append(took)
        if not isinstance(outcome, Refused) and outcome.limits is not None:
            self._quotas.learn(outcome.limits, self.in_flight, now)
        if isinstance(outcome, Failed):
            self._quotas.settle(question.reserved, 0, 0, now)
            return self._failed(question, outcome, now, jitter)
        self._last_served = now
        self._served += 1
        if isinstance(outcome, Answered):
            self._quotas.settle(question.reserved, outcome.input_tokens, outcome.output_tokens, now)
            self._pace.answered(took, in_flight)
            self.counts.answered += 1
            self.counts.input_tokens += outcome.input_tokens
            self.counts.output_tokens += outcome.output_tokens
        else:
            self._quotas.settle(question.reserved, 0, 0, now)
            self.counts.refused += 1
        return Landing(outcome=outcome, ends_outage=self._breaker.served(now))

    def _failed(self, question: Question, outcome: Failed, now: float, jitter: float) -> Landing:
        self.counts.statuses[outcome.status] = self.counts.statuses.get(outcome.status, 0) + 1
        if outcome.status in _CROWDED:
            self._pace.rejected()
        if outcome is not self._last_failure:  # texts that shared a call fail of one and the same, and it says nothing 32 times
            self._breaker.failed(now, None if outcome.retry_after is None else min(outcome.retry_after, LONGEST_TOLD))
        self._last_failure = outcome
        before = question.struggle or Struggle(0, now, self._served)
        question.struggle = Struggle(before.failures + 1, before.began, before.served_before)
        left = None if self._has_hope() else self.in_flight + self.retrying + self.queued + 1
        weather = Weather(now, self._served, self._last_served, outcome.status, left)
        verdict = judge(question.struggle, weather, self.limits)
        if verdict is Verdict.GIVE_UP_REQUEST:
            self.counts.refused += 1
            return Landing(outcome=Refused(status=outcome.status, body=outcome.reason.encode()))
        if verdict is Verdict.GIVE_UP_ENDPOINT:
            return Landing(down=outcome)
        self.counts.retries += 1
        self.retrying += 1
        wait = delay(question.struggle.failures, outcome.retry_after, jitter, self._pace.typical)
        if outcome.retry_after is None:
            wait = min(wait, longest_wait(question.struggle, now, self.limits))
        self.counts.waited += wait
        self._again = max(self._again, now + wait)
        return Landing(retry_in=wait)

    def _has_hope(self) -> bool:
        """Return whether a request waits or is in flight that has not failed yet."""
        return self._first_in_flight > 0 or any(question.struggle is None for question in chain(self._begun, self._fresh))

    def _wait(self, now: float) -> float | None:
        """Return the seconds before the first question may go; None: until something lands."""
        first = (self._begun or self._fresh)[0]
        wait = self._breaker.wait(self.in_flight, now) if first.struggle is None else 0.0
        return wait if wait is None else max(wait, self._quotas.wait(first.request, now))
