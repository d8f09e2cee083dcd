"""`prices` of a provider and the `budget` of a dataset."""

from __future__ import annotations

from pydantic import Field

from resyn.config.written import Number, Whole, Written
from resyn.spec import Budget, Price


class ModelPrice(Written):
    """What a model costs, in dollars."""

    input: Number = Field(default=0.0, ge=0)
    """A million input tokens."""
    output: Number = Field(default=0.0, ge=0)
    """A million output tokens."""
    request: Number = Field(default=0.0, ge=0)
    """A request, whatever its length."""

    def compile(self) -> Price:
        """Return the price as the engine reads it."""
        return Price(input=self.input, output=self.output, request=self.request, source="providers.yaml")


class BudgetConfig(Written):
    """What the dataset may cost, over all its runs; a run that reaches it stops and can go on once it is raised."""

    requests: Whole | None = Field(default=None, ge=0)
    """Requests sent to models, retries among them."""
    tokens: Whole | None = Field(default=None, ge=0)
    """Input and output tokens together."""
    dollars: Number | None = Field(default=None, ge=0)
    """What the prices of the models make of them."""

    def compile(self) -> Budget:
        """Return the bounds as the engine reads them."""
        return Budget(requests=self.requests, tokens=self.tokens, dollars=self.dollars)
