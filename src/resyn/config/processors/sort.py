"""The `sort` processor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from resyn.config.document import Loc
from resyn.config.problem import Problem
from resyn.config.processors.processor import ProcessorConfig
from resyn.config.written import Name
from resyn.spec.processors.sort import Sort
from resyn.templates.expressions import Path


class SortProcessorConfig(ProcessorConfig):
    """Orders the rows; nulls come last, and rows that are equal stay in the order of their indices."""

    processor_type: Literal["sort"] = "sort"
    by: Annotated[list[Name], Field(min_length=1)]
    """Columns, or fields of one (`customer.age`), the first counts most; `-score` goes from the greatest down."""

    def problems(self, columns: Sequence[str]) -> Iterator[Problem]:
        """Yield columns that are not there."""
        for index, name in enumerate(self.by):
            if message := self.not_left(name.removeprefix("-"), columns):
                yield Problem(loc=("by", index), message=message)

    def paths(self) -> Iterator[tuple[Loc, Path]]:
        """Yield the columns and fields it reads."""
        for index, name in enumerate(self.by):
            yield ("by", index), tuple(name.removeprefix("-").split("."))

    def compile(self, columns: Sequence[str]) -> Sort:  # noqa: ARG002 - every processor is compiled alike
        """Return the processor as export reads it."""
        return Sort(name=self.called, columns=tuple(self.by))
