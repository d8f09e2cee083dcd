"""The `filter` processor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from resyn.config.document import Loc
from resyn.config.problem import Problem
from resyn.config.processors.processor import ProcessorConfig
from resyn.config.written import Name
from resyn.spec.processors.filter import Filter
from resyn.templates import TemplateError, references
from resyn.templates.expressions import Path, expression, paths


class FilterProcessorConfig(ProcessorConfig):
    """Keeps the rows for which a condition is true."""

    has_templates: ClassVar[bool] = True

    processor_type: Literal["filter"] = "filter"
    condition: Name
    """A Jinja expression over columns, true or false for each row, such as `verdict.score.score >= 3`."""

    def problems(self, columns: Sequence[str]) -> Iterator[Problem]:
        """Yield what is wrong with the condition."""
        try:
            expression(self._bare)
        except TemplateError as error:
            message = f"processor '{self.called}': the condition is no Jinja expression: {error}"
            yield Problem(loc=("condition",), message=message, hint="write it without {{ }}, such as \"stars > 3 and mood == 'glad'\"")
            return
        named = references(f"{{{{ {self._bare} }}}}")
        for name in sorted(named):
            if message := self.not_left(name, columns):
                yield Problem(loc=("condition",), message=message)
        if not named:
            message = f"processor '{self.called}': the condition names no column, so it keeps every row or none"
            yield Problem(loc=("condition",), message=message)

    @property
    def _bare(self) -> str:
        """Return the condition without the braces that a template has around it."""
        text = self.condition.strip()
        inside = text[2:-2]
        return inside.strip() if text.startswith("{{") and text.endswith("}}") and "{{" not in inside else text

    def paths(self) -> Iterator[tuple[Loc, Path]]:
        """Yield the columns and fields it reads."""
        for path in paths(self._bare):
            yield ("condition",), path

    def compile(self, columns: Sequence[str]) -> Filter:  # noqa: ARG002 - every processor is compiled alike
        """Return the processor as export reads it."""
        return Filter(name=self.called, condition=self._bare)
