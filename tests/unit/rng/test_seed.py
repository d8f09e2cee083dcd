"""Seeds sent to models."""

from __future__ import annotations

import itertools

from resyn.rng import request_seed
from resyn.spec import Program


def test_a_seed_never_changes(program: Program) -> None:
    """It is part of every stored answer's key."""
    assert request_seed(program, "text", row=5, attempt=1, restart=2) == 1891268298


def test_seeds_fit_31_bits_and_differ_by_column_row_attempt_and_restart(program: Program) -> None:
    """A redrawn row asks the same prompt with another seed."""
    asked = itertools.product(("a", "b"), range(20), range(4), range(4))
    seeds = [request_seed(program, *request) for request in asked]
    assert len(set(seeds)) == len(seeds) == 640
    assert 2**30 < max(seeds) < 2**31
