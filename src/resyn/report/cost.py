"""What the answers behind a dataset cost: the traffic of its traces times the prices of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from resyn.report.usage import Traffic, Usage
from resyn.spec import Price


@dataclass(frozen=True, slots=True)
class Costs:
    """Hold dollars by column and by `provider/model`; what has a part without a price is left out, since half a sum misleads."""

    columns: Mapping[str, float]
    models: Mapping[str, float]
    total: float | None


def costs(traffic: Traffic, prices: Mapping[str, Price]) -> Costs:
    """Return what traffic cost, to a millionth of a dollar. Answers that a replay took from the store are in it: it is what the dataset cost."""
    columns = {name: _sum((part for part in traffic.pairs.items() if part[0][0] == name), prices) for name in traffic.columns}
    models = {name: _sum((part for part in traffic.pairs.items() if part[0][1] == name), prices) for name in traffic.models}
    return Costs(_known(columns), _known(models), _sum(traffic.pairs.items(), prices) if traffic.pairs else None)


def _sum(parts: Iterable[tuple[tuple[str, str], Usage]], prices: Mapping[str, Price]) -> float | None:
    dollars = 0.0
    for (_, model), usage in parts:
        if model not in prices:
            return None
        dollars += prices[model].cost(usage.requests + usage.retries, usage.input_tokens, usage.output_tokens)
    return round(dollars, 6)


def _known(dollars: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in dollars.items() if value is not None}
