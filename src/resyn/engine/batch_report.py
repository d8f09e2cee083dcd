"""What making a batch took."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """Say what making a batch took."""

    key: str
    rows: range
    missing: int
    answers: int
    """Answers behind the batch, asked now or before."""
    seconds: float
    asked: int | None = None
    """Requests that reached a model in this run; None where they are not counted batch by batch."""
    is_adopted: bool = False
    """Whether it was staged, and only had to be put in its place."""

    def __str__(self) -> str:
        rows = f"rows {self.rows.start}-{self.rows.stop}" + (f", {self.missing} of them missing" if self.missing else "")
        asked = "" if self.asked is None else f"{self.asked} of them asked now, "
        how = "staged before" if self.is_adopted else f"{asked}{self.seconds:.1f} s"
        return f"{self.key}  {rows}, {self.answers} answers, {how}"
