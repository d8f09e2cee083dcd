"""The `sort` processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.processors.processor import Processor


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort(Processor):
    """Order the rows by columns, nulls last, equal ones by row index."""

    processor_type: ClassVar[str] = "sort"

    columns: tuple[str, ...]
    """`-score` goes from the greatest down."""
