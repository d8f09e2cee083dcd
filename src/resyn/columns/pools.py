"""The data that samplers draw from and that a package brings with it: part of a dataset's identity."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from resyn.spec import Column
from resyn.spec.columns.sampler import Sampler


def pools_of(columns: Iterable[Column]) -> dict[str, str]:
    """Return pool name → what tells its content: sha256:…, or a version; for the samplers that have a function `pools`."""
    found: dict[str, str] = {}
    for column in columns:
        if isinstance(column, Sampler):
            module = importlib.import_module(f"resyn.columns.samplers.{column.params.sampler_type}")
            if hasattr(module, "pools"):
                for params in column.every_params:
                    found |= module.pools(params)
    return found
