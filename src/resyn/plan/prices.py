"""What the models of a plan cost: a person's own prices first, then those that genai-prices knows of the endpoint."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import urlsplit

from resyn.spec import Model, Price, Runtime

_MILLION = 1_000_000


def priced(runtime: Runtime, models: Iterable[Model]) -> Runtime:
    """Return `runtime` with the price of every model that has a known one, and of no other; nothing is contacted."""
    prices: dict[str, Price] = {}
    for model in sorted(models, key=lambda model: (model.provider, model.model)):
        name = f"{model.provider}/{model.model}"
        price = runtime.prices.get(name) or _known(model, runtime.providers[model.provider].endpoint)
        if price is not None:
            prices[name] = price
    return dataclasses.replace(runtime, prices=prices)


def unpriced(runtime: Runtime, models: Iterable[Model]) -> tuple[str, ...]:
    """Return the models without a price, as `provider/model`."""
    return tuple(sorted({f"{model.provider}/{model.model}" for model in models} - runtime.prices.keys()))


def _known(model: Model, endpoint: str) -> Price | None:
    if model.provider_type == "local":
        return Price(source="this machine")
    host = urlsplit(endpoint).hostname or ""
    if "." not in host or host.rpartition(".")[2].isdigit():  # a machine of one's own: its models have no list price
        return None
    # Half a second, and only for endpoints on the Internet. The data is in the package.
    from genai_prices import Usage, __version__, calc_price

    def per_million(usage: Usage) -> float:
        cost: Decimal = calc_price(usage, model.model, provider_api_url=endpoint).total_price
        return float(cost * _MILLION / 1000)

    try:
        # A thousand tokens: prices that rise with the length of a request begin later.
        return Price(
            input=per_million(Usage(input_tokens=1000)), output=per_million(Usage(output_tokens=1000)), source=f"genai-prices {__version__}"
        )
    except (LookupError, ValueError):
        return None
