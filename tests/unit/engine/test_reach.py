"""Which stored answers a program can still use."""

from __future__ import annotations

from contextlib import closing

import pyarrow.parquet as pq

from resyn.engine.reach import reachable
from resyn.spec.files import read_program
from resyn.store.responses import Responses
from resyn.testing import ModelServer
from support.planned import Plan


def test_rows_use_their_answers_however_far_they_came(plan: Plan, server: ModelServer) -> None:
    """Those of finished rows, of rows beyond a lowered target, corrections included; none of another identity; nothing is asked."""
    server.configure(bad_json_rate=0.3)
    plan({"b00000": range(30)})
    plan.generate("b00000")
    keys = set(pq.read_table(plan.project.trace("b00000"))["key"].to_pylist())
    asked = server.stats()["requests"]
    with closing(Responses(plan.project.root / ".resyn/responses.sqlite")) as responses:
        program, _ = read_program(plan.project.generation)
        assert set(reachable(program, plan.project.root, 10, responses)) == keys
        plan({"b00000": range(30)}, seed=8)
        program, _ = read_program(plan.project.generation)
        assert set(reachable(program, plan.project.root, 30, responses)) == set()
    assert server.stats()["requests"] == asked
