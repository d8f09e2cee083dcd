"""Columns drawn from sampler parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pytest

from resyn.columns.protocol import Block
from resyn.columns.sampler import build
from resyn.spec import Program
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers import SamplerParams


@pytest.fixture(scope="session")
def draw() -> Callable[..., pa.Array]:
    """Draw rows through `columns.sampler.build`, as the engine does; `more` are fields of the column or of the program."""

    def draw(
        params: SamplerParams,
        rows: range = range(1000),
        *,
        attempt: int = 0,
        columns: Mapping[str, pa.Array] | None = None,
        **more: Any,
    ) -> pa.Array:
        of_column = {key: more.pop(key) for key in ("name", "rng_name", "convert_to", "conditional_params") if key in more}
        column = dataclasses.replace(Sampler(name="value", params=params), **of_column)
        alone = Program(name="d", seed=7, draw=0, reference_date="2026-01-01", columns=(column,))
        program = dataclasses.replace(alone, **more)
        built = build(column, program)
        drawn = built.compute(Block(rows=rows, attempt=attempt, columns=columns or {}))
        assert drawn.type == built.arrow_type
        return drawn

    return draw
