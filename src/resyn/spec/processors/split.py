"""The `split` processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.processors.processor import Processor


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Say how large one split is, of 1."""

    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Processor):
    """Put each row into one of several files by a hash that no other row can change."""

    processor_type: ClassVar[str] = "split"

    shares: tuple[Share, ...]
    """They add up to 1."""
    column: str = ""
    """Rows with the same value here (a field: `customer.email`) go to the same split; "": each row for itself."""
    seed: int = 0
