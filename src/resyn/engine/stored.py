"""Rows whose answers are stored already: no event loop, no model, look-ups in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from resyn.engine.steps import Steps, Waiting
from resyn.models.request import Answer


class Store(Protocol):
    """Know the answers that are there already."""

    def find(self, keys: Iterable[bytes]) -> dict[bytes, Answer]:
        """Return the answers that are there, by the key of their request."""


def replay(steps: Steps, store: Store) -> dict[bytes, list[Waiting]]:
    """Make rows as far as stored answers go; return the requests that are missing, by key, with the cells that wait for them."""
    missing: dict[bytes, list[Waiting]] = {}
    while True:
        steps.advance()
        for key, waiting in answer_from(store, steps).items():
            missing.setdefault(key, []).extend(waiting)
        if not steps.has_news:
            return missing


def answer_from(store: Store, steps: Steps) -> dict[bytes, list[Waiting]]:
    """Answer the cells that wait as far as the store can; return the others by the key of their request."""
    wanted, steps.wanted = steps.wanted, []
    by_key: dict[bytes, list[Waiting]] = {}
    for waiting in wanted:
        if waiting.request is not None:
            by_key.setdefault(waiting.request.key, []).append(waiting)
    if by_key:
        for key, answer in store.find(by_key).items():
            for waiting in by_key.pop(key):
                steps.answer(waiting, answer)
    return by_key
