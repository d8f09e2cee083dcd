"""What an HTTP status that is no answer means, with what the endpoint said beside it. Pure."""

from __future__ import annotations

import re
from enum import Enum, auto

_REFUSALS = frozenset({400, 413, 422})
_PASSING = frozenset({408, 409, 425, 429})
"""Beside every 5xx. Any other status (401, 402, 403, 404, a redirect) will not go away by asking again."""
_TOO_MANY = 429
_SPEAKS_OF_A_KEY = re.compile(r"api[ _-]?key|unauthori[sz]ed|authentication", re.IGNORECASE)
_SPEAKS_OF_MONEY = re.compile(r"your credit balance|you exceeded your current quota(?!.*\b(?:retry in|rate-limits)\b)", re.IGNORECASE)
"""How a message begins that says, under a 400 or 429, that the account is empty; one that only quotes a prompt begins otherwise.

Gemini begins alike where a limit by the minute is reached, and goes on with when to come back.
"""
_SPEAKS_OF_LENGTH = re.compile(r"request too large", re.IGNORECASE)
"""How OpenAI's 429 begins for a request that has more tokens than a minute allows: no wait helps it."""


class Meaning(Enum):
    """Say what follows from a response that is no answer."""

    WEATHER = auto()
    """It may pass: ask again."""
    REFUSED = auto()
    """This request will never be answered."""
    BAD_KEY = auto()
    NO_CREDIT = auto()
    NOT_THERE = auto()
    """The endpoint or the model is another than the one meant."""


def read_meaning(status: int, said: str, *, has_answered: bool) -> Meaning:
    """Return what `status` means, where the endpoint `said` so; `has_answered`: it took the key before."""
    if status in _REFUSALS | {_TOO_MANY} and _SPEAKS_OF_MONEY.match(said):
        return Meaning.NO_CREDIT
    # Some gateways answer a bad key with 400; as refusals of requests those would be remembered.
    if status in _REFUSALS and not has_answered and _SPEAKS_OF_A_KEY.search(said):
        return Meaning.BAD_KEY
    if status in _REFUSALS or (status == _TOO_MANY and _SPEAKS_OF_LENGTH.match(said)):
        return Meaning.REFUSED
    if status in _PASSING or status >= 500:
        return Meaning.WEATHER
    return {401: Meaning.BAD_KEY, 402: Meaning.NO_CREDIT, 403: Meaning.BAD_KEY}.get(status, Meaning.NOT_THERE)
