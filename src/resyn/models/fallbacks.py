"""Ask an endpoint that lacks one of a request's parameters again without it, and remember that it lacks it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from resyn.models.outcome import Answered, Outcome, Refused

_NO = r"(?:unsupported|not support|n't support|unknown|unrecogni[sz]ed|unexpected|not (?:permitted|allowed|available|implemented))"
_NEAR = r"[^.!?\n]{0,80}"
_SEARCHED = 4096


class Fallbacks:
    """Keep, for the life of a client, what the endpoint's models turned out to lack."""

    def __init__(self) -> None:
        self._without: dict[str, frozenset[str]] = {}

    async def send(self, model: str, droppable: frozenset[str], attempt: Callable[[frozenset[str]], Awaitable[Outcome]]) -> Outcome:
        """Return the outcome of `attempt`, which is told what to leave out, once it is refused for none of `droppable`.

        A parameter stays left out only if that brought an answer: an error message that merely quotes a prompt changes nothing.
        """
        without = self._without.get(model, frozenset())
        outcome = await attempt(without)
        while isinstance(outcome, Refused) and (name := find_unsupported(outcome.body, droppable - without)):
            without |= {name}
            outcome = await attempt(without)
        if without and isinstance(outcome, Answered):
            self._without[model] = without | self._without.get(model, frozenset())
        return outcome


def find_unsupported(error: bytes, names: frozenset[str]) -> str | None:
    """Return the one of `names` that an error body calls unknown or unsupported in the same sentence; None where it names none."""
    text = error[:_SEARCHED].decode(errors="replace").lower()
    return next((name for name in sorted(names) if re.search(rf"\b{name}\b{_NEAR}{_NO}|{_NO}{_NEAR}\b{name}\b", text)), None)
