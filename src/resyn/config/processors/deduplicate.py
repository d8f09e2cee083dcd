"""The `deduplicate` processor."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Literal

from pydantic import Field

from resyn.config.document import Loc
from resyn.config.problem import Problem
from resyn.config.processors.processor import ProcessorConfig
from resyn.config.written import Name, Number, Whole
from resyn.spec.processors.deduplicate import Deduplicate
from resyn.templates.expressions import Path


class DeduplicateProcessorConfig(ProcessorConfig):
    """Keeps the first of rows that are the same, or nearly the same, in some columns."""

    processor_type: Literal["deduplicate"] = "deduplicate"
    column_names: list[Name] | None = Field(default=None, min_length=1)
    """What is compared: columns, or fields of one (`customer.email`); all that are left where left out."""
    threshold: Number | None = Field(default=None, gt=0, le=1)
    """Compare texts by their sequences of words: rows whose Jaccard similarity is estimated at this or more are duplicates."""
    ngram: Whole = Field(default=3, ge=1, le=20)
    """How many words a sequence has; read only with `threshold`."""

    def problems(self, columns: Sequence[str]) -> Iterator[Problem]:
        """Yield columns that are not there, and the package that near duplicates need where it is not."""
        for index, name in enumerate(self.column_names or ()):
            if message := self.not_left(name, columns):
                yield Problem(loc=("column_names", index), message=message)
        if self.threshold is not None and self.column_names is None:
            message = f"processor '{self.called}' needs 'column_names', the texts to compare"
            yield Problem(loc=(), message=message)
        if self.threshold is not None and importlib.util.find_spec("rensa") is None:
            message = f"processor '{self.called}': near duplicates need the package rensa, which is not installed"
            yield Problem(loc=("threshold",), message=message, hint="pip install 'resyn[dedup]'")

    def paths(self) -> Iterator[tuple[Loc, Path]]:
        """Yield the columns and fields it reads."""
        for index, name in enumerate(self.column_names or ()):
            yield ("column_names", index), tuple(name.split("."))

    def compile(self, columns: Sequence[str]) -> Deduplicate:
        """Return the processor as export reads it."""
        return Deduplicate(
            name=self.called,
            columns=tuple(self.column_names or columns),
            threshold=self.threshold,
            ngram=self.ngram,
            package="" if self.threshold is None else f"rensa {metadata.version('rensa')}",
        )
