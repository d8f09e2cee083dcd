"""What models cost and what may be spent. Part of `plan/runtime.json`: neither can change a value."""

from __future__ import annotations

from dataclasses import dataclass

_PER = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Hold the price of one model in dollars: of a million input tokens, of a million output tokens, of a request."""

    input: float = 0.0
    output: float = 0.0
    request: float = 0.0
    source: str = ""
    """Who says so: `providers.yaml`, or a version of genai-prices."""

    def cost(self, requests: int, input_tokens: int, output_tokens: int) -> float:
        """Return the dollars of so many requests and tokens."""
        return requests * self.request + (input_tokens * self.input + output_tokens * self.output) / _PER


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Bound what a dataset may cost over all its runs in one project; None is no bound."""

    requests: int | None = None
    tokens: int | None = None
    dollars: float | None = None

    @property
    def is_set(self) -> bool:
        """Return whether anything is bounded."""
        return (self.requests, self.tokens, self.dollars) != (None, None, None)
