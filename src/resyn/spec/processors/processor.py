"""What every processor has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """Change the finished rows on their way into the dataset; no part of the identity."""

    processor_type: ClassVar[str]

    name: str
    """What it is called in metrics, and the folder of a dataset it writes."""
