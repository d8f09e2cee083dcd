"""What the models of a plan cost."""

from __future__ import annotations

import pytest

from resyn.plan.prices import priced, unpriced
from resyn.spec import Model, Price, Provider, Runtime


def _model(provider: str, name: str, provider_type: str = "openai") -> Model:
    return Model(provider=provider, provider_type=provider_type, model=name)


PROVIDERS = {
    "openai": Provider(endpoint="https://api.openai.com/v1"),
    "lab": Provider(endpoint="http://127.0.0.1:8000/v1"),
    "gateway": Provider(endpoint="https://models.example.org/v1"),
    "embedded": Provider(),
}


def test_a_public_endpoint_has_the_prices_of_the_package() -> None:
    """Dollars of a million tokens, from the data that is installed; nothing is contacted."""
    price = priced(Runtime(providers=PROVIDERS), [_model("openai", "gpt-4o-mini")]).prices["openai/gpt-4o-mini"]
    assert (price.input, price.output) == (0.15, 0.6)
    assert price.source.startswith("genai-prices ")
    assert price.cost(1, 1_000_000, 500_000) == pytest.approx(0.15 + 0.3)


def test_a_persons_own_price_comes_first() -> None:
    """It is what the invoice says."""
    own = Price(input=1, output=2, source="providers.yaml")
    runtime = Runtime(providers=PROVIDERS, prices={"openai/gpt-4o-mini": own, "lab/unused": own})
    assert priced(runtime, [_model("openai", "gpt-4o-mini")]).prices == {"openai/gpt-4o-mini": own}


def test_a_model_of_ones_own_has_no_list_price_and_the_embedded_one_costs_nothing() -> None:
    """A familiar name on a machine in the house is not the vendor's."""
    models = [_model("lab", "gpt-4o-mini"), _model("gateway", "gpt-4o-mini"), _model("embedded", "smollm2-135m", "local")]
    runtime = priced(Runtime(providers=PROVIDERS), models)
    assert runtime.prices == {"embedded/smollm2-135m": Price(source="this machine")}
    assert unpriced(runtime, models) == ("gateway/gpt-4o-mini", "lab/gpt-4o-mini")
