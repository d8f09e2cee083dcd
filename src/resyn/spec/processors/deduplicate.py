"""The `deduplicate` processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.processors.processor import Processor


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduplicate(Processor):
    """Keep the first of rows that are the same, or nearly so, in some columns (a field of one: `customer.email`)."""

    processor_type: ClassVar[str] = "deduplicate"

    columns: tuple[str, ...]
    threshold: float | None = None
    """The Jaccard similarity of their texts' word sequences from which rows are nearly the same; None: only equal values."""
    ngram: int = 3
    """Words in a sequence."""
    package: str = ""
    """The package that near duplicates are found by, and its version: another one may find others, so export runs again."""
