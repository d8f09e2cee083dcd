"""What a person should know about samplers that work, and do not work well."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator

from resyn.spec import Column
from resyn.spec.columns.sampler import Sampler


def advice_on(columns: Iterable[Column]) -> Iterator[str]:
    """Yield a sentence for each of the columns whose sampler has a function `advice` with something to say."""
    for column in columns:
        if isinstance(column, Sampler):
            module = importlib.import_module(f"resyn.columns.samplers.{column.params.sampler_type}")
            sentences = (module.advice(params) for params in column.every_params) if hasattr(module, "advice") else ()
            yield from (f"column '{column.name}': {sentence}" for sentence in dict.fromkeys(sentences) if sentence)
