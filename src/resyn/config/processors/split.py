"""The `split` processor."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, field_validator

from resyn.config.document import Loc
from resyn.config.problem import Problem
from resyn.config.processors.processor import ProcessorConfig
from resyn.config.written import Number, Whole, refusal
from resyn.spec.processors.split import Share, Split
from resyn.templates.expressions import Path

_SPLIT = re.compile(r"\w+")


class SplitProcessorConfig(ProcessorConfig):
    """Puts each row into one of several files; the file of a row does not change when the dataset grows."""

    processor_type: Literal["split"] = "split"
    shares: Annotated[dict[str, Annotated[Number, Field(gt=0, le=1)]], Field(min_length=2)]
    """Each split and its share of the rows, about; the shares add up to 1."""
    by: str | None = Field(default=None, min_length=1)
    """A column, or a field of one: rows with the same value there go to the same split."""
    seed: Whole = Field(default=0, ge=0)
    """Another number, another choice of rows."""

    @field_validator("shares")
    @classmethod
    def _are_splits(cls, shares: dict[str, float]) -> dict[str, float]:
        known: dict[str, str] = {}
        for name in shares:
            if not _SPLIT.fullmatch(name):
                raise refusal(f"names the split '{name}': use letters, digits and _", name)
            if name.casefold() in known:
                raise refusal(f"names the splits '{known[name.casefold()]}' and '{name}', which some disks cannot tell apart", name)
            known[name.casefold()] = name
        if abs(math.fsum(shares.values()) - 1) > 1e-9:
            raise refusal(f"must add up to 1, not {math.fsum(shares.values()):g}")
        return shares

    def problems(self, columns: Sequence[str]) -> Iterator[Problem]:
        """Yield the column that is not there."""
        if self.by and (message := self.not_left(self.by, columns)):
            yield Problem(loc=("by",), message=message)

    def paths(self) -> Iterator[tuple[Loc, Path]]:
        """Yield the columns and fields it reads."""
        if self.by:
            yield ("by",), tuple(self.by.split("."))

    def compile(self, columns: Sequence[str]) -> Split:  # noqa: ARG002 - every processor is compiled alike
        """Return the processor as export reads it."""
        shares = tuple(Share(name=name, share=share) for name, share in self.shares.items())
        return Split(name=self.called, shares=shares, column=self.by or "", seed=self.seed)
