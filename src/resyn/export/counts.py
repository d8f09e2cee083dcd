"""data/dataset/rows.json: how many rows there are of what, for the card and for the report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from resyn.errors import ResynError
from resyn.store import atomic

NAME = "rows.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Say how many rows a processor took away."""

    name: str
    processor_type: str
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Count the rows of a dataset, of its splits, of the datasets beside it, and those that each processor took away, in order."""

    rows: int
    splits: Mapping[str, int]
    processors: Sequence[Removed] = ()
    datasets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Name of a schema transform → rows of its splits."""

    @property
    def removed(self) -> dict[str, int]:
        """Return processor → rows it took away."""
        return {step.name: step.removed for step in self.processors}


def write_counts(folder: Path, counts: Counts) -> Path:
    """Write the counts of a dataset's folder; return the file."""
    atomic.write(folder / NAME, json.dumps(asdict(counts), indent=1, ensure_ascii=False).encode() + b"\n")
    return folder / NAME


def read_counts(folder: Path) -> Counts:
    """Return the counts of a dataset's folder.

    Raises:
        ResynError: there are none, or they cannot be read.
    """
    try:
        data: dict[str, Any] = json.loads((folder / NAME).read_bytes())
        return Counts(**{**data, "processors": tuple(Removed(**item) for item in data["processors"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ResynError(f"{folder / NAME} cannot be read: {error}", hint="Run `dvc repro -f -s export`.") from error
