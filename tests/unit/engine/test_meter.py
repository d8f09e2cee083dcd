"""What requests cost, and the budget that ends them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from resyn.engine.asking import Later
from resyn.engine.meter import SpendMeter
from resyn.errors import Stopped
from resyn.models.outcome import Answered, Failed, Outcome
from resyn.models.request import Request
from resyn.spec import Budget, Price
from resyn.store.spend import Amount, Ledger, read_spent
from resyn.testing import ModelServer
from support.planned import Plan

MODEL = "lab/fake"
PRICES = {MODEL: Price(input=1.0, output=2.0, request=0.01)}


def request(number: int, max_tokens: int = 100) -> Request:
    """Return a request whose prompt has 300 characters."""
    return Request(
        alias="writer",
        provider="lab",
        provider_type="openai",
        model="fake",
        messages=({"role": "user", "content": "x" * 300},),
        parameters={"max_tokens": max_tokens},
        seed=number,
        attempt=0,
    )


def answered(tokens_in: int = 70, tokens_out: int = 10) -> Answered:
    """Return an answer."""
    return Answered(body=b"{}", input_tokens=tokens_in, output_tokens=tokens_out, latency_ms=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Return the ledger of one dataset."""
    ledger = Ledger(tmp_path / "spend.sqlite", "reviews")
    yield ledger
    ledger.close()


def test_every_attempt_is_counted_and_survives_its_process(ledger: Ledger, tmp_path: Path) -> None:
    """Answers with their tokens, attempts that failed as requests; another dataset has a count of its own."""
    meter = SpendMeter(ledger, Budget(), PRICES)
    outcomes: list[Outcome] = [answered(), Failed(reason="503"), answered()]
    for number, outcome in enumerate(outcomes):
        assert meter.reserve(request(number)) is None
        meter.settle(request(number), outcome)
    assert meter.dollars == pytest.approx(3 * 0.01 + (140 * 1.0 + 20 * 2.0) / 1e6)
    meter.close()
    assert read_spent(tmp_path / "spend.sqlite", "reviews") == {MODEL: Amount(3, 140, 20)}
    assert read_spent(tmp_path / "spend.sqlite", "other") == {}


def test_answers_of_an_endpoint_that_tells_no_usage_reach_the_budget(ledger: Ledger) -> None:
    """Each counts as the most it could be."""
    meter = SpendMeter(ledger, Budget(tokens=1000), PRICES)
    sent = 0
    while sent < 60 and meter.reserve(request(sent)) is None:
        meter.settle(request(sent), answered(0, 0))
        sent += 1
    assert sent == 1000 // (108 + 100)
    assert meter.spent == {MODEL: Amount(sent, sent * 108, sent * 100)}


@pytest.mark.parametrize("budget", [Budget(requests=2), Budget(tokens=2 * (108 + 100)), Budget(dollars=0.0207)])
def test_a_request_that_may_break_the_budget_waits_for_those_in_flight(ledger: Ledger, budget: Budget) -> None:
    """What is set aside is the most a request can cost; once the others cost less, it may go; with none in flight it ends the run."""
    meter = SpendMeter(ledger, budget, PRICES)
    assert meter.reserve(request(0)) is None
    assert meter.reserve(request(1)) is None
    assert isinstance(meter.reserve(request(2)), Later)
    meter.settle(request(0), answered())
    meter.settle(request(1), answered())
    verdict = meter.reserve(request(2))
    if budget.tokens:
        assert verdict is None  # 160 tokens of 416 are spent, and 208 fit
    else:
        assert isinstance(verdict, Stopped)
        assert "budget" in verdict.hint


def test_what_another_living_process_has_set_aside_counts(ledger: Ledger, tmp_path: Path) -> None:
    """And of a dead one the requests that it had in flight, which may be paid for: once, whoever looks, and however often."""
    ledger.write({}, {MODEL: Amount(5, 500, 500)})
    with closing(Ledger(tmp_path / "spend.sqlite", "reviews")) as other:
        other._me = (1, _started(1))
        other.write({}, {MODEL: Amount(3, 30, 30)})
        other._me = (999_999_999, 1.0)
        other.write({}, {MODEL: Amount(9, 90, 90)})
    for _ in range(2):
        assert ledger.read() == {MODEL: Amount(3 + 9, 30, 30)}
        ledger.write({}, {})


def _started(pid: int) -> float:
    from resyn.store.process import started

    return started(pid) or 0.0


@pytest.mark.parametrize("engine", ["async", "sync"])
def test_a_spent_budget_ends_a_batch_with_every_answer_kept(
    plan: Plan, server: ModelServer, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one request more than it allows is sent; a larger budget goes on, and no answer is asked for again."""
    monkeypatch.setenv("RESYN_ENGINE", engine)
    plan.runtime = {"budget": Budget(requests=20)}
    plan({"b00000": range(30)})
    with pytest.raises(Stopped, match="the budget of 20 requests is spent"):
        plan.generate("b00000")
    assert server.stats()["requests"] == server.stats()["answered"] == 20
    with pytest.raises(Stopped):
        plan.generate("b00000")
    assert server.stats()["requests"] == 20
    plan.runtime = {"budget": Budget(requests=90)}
    plan({"b00000": range(30)})
    plan.generate("b00000")
    assert len(plan.rows("b00000")) == 30
    assert server.stats()["requests"] == 90
    assert server.stats()["repeated_after_answer"] == 0


@pytest.mark.parametrize("limits", [{"tokens": 3000}, {"dollars": 0.004}])
def test_tokens_and_dollars_are_never_more_than_the_budget(plan: Plan, limits: dict[str, Any]) -> None:
    """As long as answers keep to `max_tokens`; and most of it is used."""
    price = Price(input=1.0, output=1.5)
    plan.runtime = {"budget": Budget(**limits), "prices": {MODEL: price}}
    models = {"writer": _model(max_tokens=100)}
    plan({"b00000": range(200)}, models=models)
    with pytest.raises(Stopped):
        plan.generate("b00000")
    spent = read_spent(plan.project.root / ".resyn/spend.sqlite", "reviews")[MODEL]
    used = spent.input_tokens + spent.output_tokens if "tokens" in limits else price.cost(*spent)
    (bound,) = limits.values()
    assert 0.85 * bound < used <= bound


def _model(max_tokens: int) -> Any:
    from resyn.spec import Model

    return Model(provider="lab", provider_type="openai", model="fake", temperature=0.7, max_tokens=max_tokens)
