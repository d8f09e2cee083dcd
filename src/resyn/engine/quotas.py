"""Requests and tokens a minute of one model: as configured, and as its endpoint's headers say. No I/O; time is an argument."""

from __future__ import annotations

from resyn.models.allowance import Allowance
from resyn.models.limits import RateLimits
from resyn.models.request import Request
from resyn.models.sharing import GATHER
from resyn.spec import Limits

_CHARACTERS_A_TOKEN = 4
_FIRST_GUESS = 256.0
"""Tokens of an answer, until there was one."""
_LEARNED = 0.1
"""Weight of the latest answer in what the next is guessed to have."""
_MINUTE = 60.0


class Quotas:
    """Reserve what a request may use before it is sent; correct it by what it used.

    As many as `a_call` that go together share what the endpoint counts as one request.
    """

    def __init__(self, limits: Limits, now: float, a_call: int = 1) -> None:
        requests, tokens = limits.requests_per_minute, limits.tokens_per_minute
        self._a_call = a_call
        # All mutable state: when the last call began and how many more may join it, buckets of requests and of tokens, those that the
        # endpoint told of, and how long answers are.
        self._began, self._room = now, 0
        self._requests = [] if requests is None else [Allowance.per_minute(requests, now)]
        self._tokens = [] if tokens is None else [Allowance.per_minute(tokens, now)]
        self._told_requests: Allowance | None = None
        self._told_tokens: Allowance | None = None
        self._answer = _FIRST_GUESS

    def wait(self, request: Request, now: float) -> float:
        """Return the seconds until a request may go."""
        if not self._requests and not self._tokens:
            return 0.0
        waits = [0.0] if self._joins(now) else [bucket.wait(1, now) for bucket in self._requests]
        if self._tokens:
            waits += [bucket.wait(self.guess(request), now) for bucket in self._tokens]
        return max(waits, default=0.0)

    def reserve(self, request: Request, now: float) -> float:
        """Note that a request goes; return the tokens set aside for it."""
        if self._joins(now):
            self._room -= 1
        else:
            self._began, self._room = now, self._a_call - 1
            for bucket in self._requests:
                bucket.use(1, now)
        if not self._tokens:
            return 0.0
        guessed = self.guess(request)
        for bucket in self._tokens:
            bucket.use(guessed, now)
        return guessed

    def give_back(self, reserved: float, now: float) -> None:
        """Note that a request did not go after all."""
        for bucket in self._requests:
            bucket.use(-1 / self._a_call, now)
        self.settle(reserved, 0, 0, now)

    def settle(self, reserved: float, input_tokens: int, output_tokens: int, now: float) -> None:
        """Replace what was set aside by what was used."""
        if output_tokens:
            self._answer += _LEARNED * (output_tokens - self._answer)
        for bucket in self._tokens:
            bucket.use(input_tokens + output_tokens - reserved, now)

    def learn(self, told: RateLimits, in_flight: int, now: float) -> None:
        """Believe the headers of a response; they know nothing of the requests that are still in flight."""
        if told.limit_requests and told.remaining_requests is not None:
            if self._told_requests is None:
                self._told_requests = Allowance(told.limit_requests / _MINUTE, told.limit_requests, now)
                self._requests.append(self._told_requests)
            self._told_requests.learn(told.limit_requests, told.remaining_requests - in_flight / self._a_call, told.reset_requests, now)
        if told.limit_tokens and told.remaining_tokens is not None:
            if self._told_tokens is None:
                self._told_tokens = Allowance(told.limit_tokens / _MINUTE, told.limit_tokens, now)
                self._tokens.append(self._told_tokens)
            self._told_tokens.learn(told.limit_tokens, told.remaining_tokens - in_flight * self._answer, told.reset_tokens, now)

    def _joins(self, now: float) -> bool:
        return self._room > 0 and now - self._began < GATHER

    def guess(self, request: Request) -> float:
        """Return the tokens that a request and its answer may have."""
        read = sum(len(str(message.get("content", ""))) for message in request.messages) / _CHARACTERS_A_TOKEN
        return read + self._answer
