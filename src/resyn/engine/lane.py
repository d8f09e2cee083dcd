"""One model alias: what waits for it, what may be sent now, and what follows when something comes back. No I/O; time is an argument."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from resyn.engine.patience import TOO_MANY_REQUESTS, Breaker, Struggle, Verdict, judge
from resyn.engine.steps import Waiting
from resyn.models.allowance import Allowance
from resyn.models.outcome import Answered, Failed, Outcome, Refused
from resyn.models.pace import Pace
from resyn.models.request import Request
from resyn.models.retry import LONGEST_TOLD, delay
from resyn.spec import Limits

_CROWDED = frozenset({TOO_MANY_REQUESTS, 503, 529})
"""Statuses that say: too much at once. A timeout (no status) may say so too."""


@dataclass(slots=True, eq=False)
class Question:
    """Hold a request that must reach its model, and the cells that wait for the answer."""

    request: Request
    waiting: list[Waiting]
    struggle: Struggle | None = None
    sent: float = 0.0

    @property
    def retries(self) -> int:
        """Return how often it failed."""
        return self.struggle.failures if self.struggle else 0


@dataclass(frozen=True, slots=True)
class Landing:
    """Say what follows an attempt: `retry_in` seconds it is sent again, or `outcome` is final, or the endpoint is `down`."""

    outcome: Answered | Refused | None = None
    retry_in: float = 0.0
    down: Failed | None = None


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


class Lane:
    """Decide for one model alias."""

    def __init__(self, limits: Limits, now: float, start: int | None = None) -> None:
        self.limits, self.counts = limits, Counts()
        self._pace, self._breaker = Pace(limits.max_parallel_requests, start), Breaker()
        self._requests: Allowance | None = None
        # All mutable state: questions that wait for a slot, how many are in flight or wait to be sent again, when something was served.
        self._queue: deque[Question] = deque()
        self.in_flight = self.retrying = 0
        self._last_served = now

    @property
    def limit(self) -> int:
        """Return how many requests may be in flight now."""
        return self._pace.limit

    @property
    def queued(self) -> int:
        """Return how many questions wait for a slot."""
        return len(self._queue)

    def put(self, question: Question) -> None:
        """Take a question that has not been sent yet."""
        self._queue.append(question)

    def put_back(self, question: Question) -> None:
        """Take a question whose wait for another attempt is over."""
        self.retrying -= 1
        self._queue.appendleft(question)

    def take(self, now: float) -> Question | None:
        """Return the question to send now, which takes a slot; None where none may go."""
        if not self._queue or self.in_flight >= self._pace.limit or self._must_wait(now) != 0.0:
            return None
        question = self._queue.popleft()
        question.sent = now
        self.in_flight += 1
        self.counts.sent += 1
        self.counts.asked += question.struggle is None
        if self._requests is not None:
            self._requests.use(1, now)
        return question

    def give_back(self, question: Question) -> None:
        """Take back a question that was not sent after all."""
        self.in_flight -= 1
        self.counts.sent -= 1
        self.counts.asked -= question.struggle is None
        self._queue.appendleft(question)

    def wake_in(self, now: float) -> float | None:
        """Return in how many seconds `take` may give what it does not give now; None where only a landing helps, or nothing waits."""
        if not self._queue or self.in_flight >= self._pace.limit:
            return None
        return self._must_wait(now)

    def landed(self, question: Question, outcome: Outcome, now: float, jitter: float) -> Landing:
        """Free the slot and return what follows."""
        in_flight, self.in_flight = self.in_flight, self.in_flight - 1
        if isinstance(outcome, Failed):
            return self._failed(question, outcome, now, jitter)
        self._last_served = now
        self._breaker.served()
        if isinstance(outcome, Answered):
            self.counts.answered += 1
            self.counts.input_tokens += outcome.input_tokens
            self.counts.output_tokens += outcome.output_tokens
            self._pace.answered(now - question.sent, in_flight)
        else:
            self.counts.refused += 1
        return Landing(outcome=outcome)

    def _failed(self, question: Question, outcome: Failed, now: float, jitter: float) -> Landing:
        self.counts.statuses[outcome.status] = self.counts.statuses.get(outcome.status, 0) + 1
        if outcome.status in _CROWDED:
            self._pace.rejected()
        told = None if outcome.retry_after is None else min(outcome.retry_after, LONGEST_TOLD)
        self._breaker.failed(now, told)
        served = self.counts.answered + self.counts.refused
        struggle = question.struggle or Struggle(0, now, served)
        question.struggle = struggle = replace(struggle, failures=struggle.failures + 1)
        verdict = judge(
            struggle, now=now, served=served, last_served=self._last_served, status=outcome.status, max_wait=self.limits.max_wait
        )
        if verdict is Verdict.GIVE_UP_REQUEST:
            self.counts.refused += 1
            return Landing(outcome=Refused(status=outcome.status, body=outcome.reason.encode()))
        if verdict is Verdict.GIVE_UP_ENDPOINT:
            return Landing(down=outcome)
        self.counts.retries += 1
        self.retrying += 1
        return Landing(retry_in=delay(struggle.failures, outcome.retry_after, jitter))

    def _must_wait(self, now: float) -> float | None:
        """Return the seconds before anything may be sent; None: until something lands."""
        wait = self._breaker.wait(self.in_flight, now)
        if wait is None or self._requests is None:
            return wait
        return max(wait, self._requests.wait(1, now))
