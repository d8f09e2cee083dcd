"""What requests cost, and when no more may be spent: every attempt is paid for before it is sent, at the most it can come to."""

from __future__ import annotations

import time
from collections.abc import Mapping

from resyn.engine.asking import Later
from resyn.errors import Stopped
from resyn.models.outcome import Answered, Outcome
from resyn.models.request import Request
from resyn.spec import Budget, Price
from resyn.store.spend import Amount, Ledger, dollars

_EVERY_SECONDS = 0.25
"""How often sums are written, and those of other processes read; a kill loses as much of the count."""
_CHARACTERS_A_TOKEN = 3
_LEAST_OUTPUT = 64
_ONE = Amount(1)
_FIRST_OUTPUT = 512
"""Tokens that an answer is taken to have, where `max_tokens` is not set and none was seen."""


class SpendMeter:
    """Count what a dataset's requests cost, and stop them at its budget.

    While a request that does not fit may fit once others have landed below what was set aside for them, it waits.
    """

    def __init__(self, ledger: Ledger, budget: Budget, prices: Mapping[str, Price]) -> None:
        self._ledger, self._budget, self._prices = ledger, budget, prices
        # All mutable state: what everybody spent when the ledger was read, what this process spent and holds since, what its requests
        # in flight are taken to cost, the longest answers, and when the ledger is due.
        self._before = ledger.read()
        self._spent: dict[str, Amount] = {}
        self._held: dict[str, Amount] = {}
        self._in_flight: dict[bytes, Amount] = {}
        self._longest: dict[str, int] = {}
        self._due = 0.0

    @property
    def spent(self) -> Mapping[str, Amount]:
        """Return what the dataset has cost so far, by `provider/model`."""
        return {name: self._sum(name, self._before, self._spent) for name in self._before.keys() | self._spent.keys()}

    @property
    def dollars(self) -> float | None:
        """Return the same in dollars; None where a price is not known."""
        return dollars(self.spent, self._prices)

    def reserve(self, request: Request) -> Stopped | Later | None:
        """Set aside what an attempt may cost; return why it must not be made, or must wait for others to land."""
        name = _name(request)
        # Where nothing is bounded, only how many are in flight is of interest.
        amount = self._at_most(request) if self._budget.is_set else _ONE
        if self._budget.is_set and self._over(name, amount):
            self.flush()
            if over := self._over(name, amount):
                return Later() if self._in_flight else _stopped(over)
        self._in_flight[request.key] = amount
        self._held[name] = self._held.get(name, Amount()).plus(amount)
        return None

    def settle(self, request: Request, outcome: Outcome) -> None:
        """Replace what was set aside by what the attempt cost."""
        name, reserved = _name(request), self._in_flight.pop(request.key)
        self._held[name] = self._held[name].minus(reserved)
        cost = _ONE
        if isinstance(outcome, Answered):
            counted = Amount(1, outcome.input_tokens, outcome.output_tokens)
            # An endpoint that tells no usage must not make the budget endless.
            cost = reserved if counted == _ONE and request.kind == "chat" else counted
            self._longest[name] = max(self._longest.get(name, _LEAST_OUTPUT), cost.output_tokens)
        self._spent[name] = self._spent.get(name, Amount()).plus(cost)
        if time.monotonic() >= self._due:
            self.flush()

    def flush(self) -> None:
        """Write what was spent; read what others spent."""
        spent, self._spent = self._spent, {}
        self._before = self._ledger.write(spent, self._held)
        self._due = time.monotonic() + _EVERY_SECONDS

    def close(self) -> None:
        """Write what was spent, give back what is held, and close the ledger. A request that was cut off counts: it may be paid for."""
        for name, amount in self._held.items():
            cut_off = Amount(amount.requests)
            self._spent[name] = self._spent.get(name, Amount()).plus(cut_off)
        self._held = {}
        self.flush()
        self._ledger.close()

    def _over(self, name: str, amount: Amount) -> str:
        """Return the bound that an attempt would break, "" where none."""
        sums = {name: self._sum(name, self._before, self._spent, self._held) for name in {*self._before, *self._spent, *self._held}}
        after = {**sums, name: sums.get(name, Amount()).plus(amount)}
        total = Amount(*map(sum, zip(*after.values(), strict=True)))
        budget, cost = self._budget, dollars(after, self._prices)
        if budget.requests is not None and total.requests > budget.requests:
            return f"{budget.requests:,} requests"
        if budget.tokens is not None and total.input_tokens + total.output_tokens > budget.tokens:
            return f"{budget.tokens:,} tokens"
        if budget.dollars is not None and cost is not None and cost > budget.dollars:
            return f"{budget.dollars:g} dollars"
        return ""

    def _at_most(self, request: Request) -> Amount:
        """Return what an attempt may cost: `max_tokens`, or where that is not set the longest answer so far."""
        written = sum(len(str(message.get("content") or "")) for message in request.messages)
        output = request.parameters.get("max_tokens") or self._longest.get(_name(request), _FIRST_OUTPUT)
        return Amount(1, written // _CHARACTERS_A_TOKEN + 8, int(output))

    @staticmethod
    def _sum(name: str, *parts: Mapping[str, Amount]) -> Amount:
        return Amount(*map(sum, zip(*(part.get(name, Amount()) for part in parts), strict=True)))


def _stopped(bound: str) -> Stopped:
    return Stopped(
        f"the budget of {bound} is spent as far as whole requests go; every answer is kept",
        hint="raise `budget` in the config, then run the same command again to go on",
    )


def _name(request: Request) -> str:
    return f"{request.provider}/{request.model}"
