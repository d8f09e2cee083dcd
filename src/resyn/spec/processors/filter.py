"""The `filter` processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.processors.processor import Processor


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Processor):
    """Keep the rows for which a Jinja expression is true."""

    processor_type: ClassVar[str] = "filter"

    condition: str
