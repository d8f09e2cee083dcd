"""What a test asks afterwards: how many requests came, for what, and what became of them."""

from __future__ import annotations

import time
from collections import Counter, deque
from typing import Any

from resyn.testing.decision import Asked, Decision

_KEPT = 200_000
"""Log records kept, so that a server left running does not fill the memory."""


class Ledger:
    """Count requests and keep their log."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._attempts: dict[bytes, int] = {}
        self._answered: set[bytes] = set()
        self._statuses: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._log: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self.in_flight = 0
        self.most_in_flight = 0

    def begin(self, asked: Asked) -> dict[str, Any]:
        """Count an arrival; return its log record."""
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self._counts["requests"] += 1
        if asked.attempt:
            self._counts["repeated"] += 1
            self._counts["repeated_after_answer"] += asked.hash in self._answered
        record = {
            "key": asked.hash.hex()[:16],
            "model": asked.model,
            "text": asked.text,
            "attempt": asked.attempt,
            "in_flight": self.in_flight,
            "at": round(time.monotonic() - self._began, 4),
            "status": None,
            "fault": "",
        }
        self._log.append(record)
        return record

    def attempt(self, key: bytes) -> int:
        """Return how often `key` was asked before, and count it."""
        before = self._attempts.get(key, 0)
        self._attempts[key] = before + 1
        return before

    def end(self, asked: Asked, record: dict[str, Any], decision: Decision | None) -> None:
        """Count what was sent; None: the client had gone."""
        self.in_flight -= 1
        if decision is None:
            self._counts["disconnects"] += 1
            return
        record["status"], record["fault"] = decision.status, decision.fault
        self._statuses[str(decision.status or decision.fault)] += 1
        if decision.status == 200 and decision.fault in ("", "content_type"):
            self._answered.add(asked.hash)
            self._counts["answered"] += 1
            self._counts["input_tokens"] += decision.input_tokens
            self._counts["output_tokens"] += decision.output_tokens

    def stats(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        names = ("requests", "answered", "repeated", "repeated_after_answer", "disconnects", "input_tokens", "output_tokens")
        return {
            **{name: self._counts[name] for name in names},
            "distinct": len(self._attempts),
            "statuses": dict(self._statuses),
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
        }

    def requests(self) -> list[dict[str, Any]]:
        """Return the log, oldest first; status None: under way, or the client had gone."""
        return list(self._log)
