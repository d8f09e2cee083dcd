"""The `drop_columns` processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.processors.processor import Processor


@dataclass(frozen=True, slots=True, kw_only=True)
class DropColumns(Processor):
    """Leave columns out from here on."""

    processor_type: ClassVar[str] = "drop_columns"

    columns: tuple[str, ...]
