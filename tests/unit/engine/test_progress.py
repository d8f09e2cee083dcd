"""How far a run is."""

from __future__ import annotations

from resyn.engine.progress import Snapshot
from resyn.testing import ModelServer
from support.planned import Plan


def test_snapshots_count_what_the_engine_does(plan: Plan, server: ModelServer) -> None:
    """Rows, cells by column, requests by model; and a time to go, once there is something to go by."""
    server.configure(latency_ms=25)
    plan({"b00000": range(120)}, parallel=8)
    seen: list[Snapshot] = []
    plan.generate("b00000", watch=seen.append)
    last = seen[-1]
    assert last.is_last
    assert (last.rows, last.rows_total) == (120, 120)
    assert last.cells == {"text": 120, "note": 120, "record": 120, "label": 120}
    (model,) = last.models
    assert (model.alias, model.answered, model.in_flight, model.queued) == ("writer", 360, 0, 0)
    assert model.output_tokens > 0
    assert [snapshot.rows for snapshot in seen] == sorted(snapshot.rows for snapshot in seen)
    assert any(snapshot.eta is not None for snapshot in seen)


def test_what_only_replays_is_watched_too(plan: Plan) -> None:
    """At least the end is told."""
    plan({"b00000": range(5)})
    plan.generate("b00000")
    seen: list[Snapshot] = []
    plan.generate("b00000", watch=seen.append)
    assert seen[-1].is_last
    assert seen[-1].rows == 5
