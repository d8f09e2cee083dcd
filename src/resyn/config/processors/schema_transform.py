"""The `schema_transform` processor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal

import pyarrow as pa
from pydantic import Field, field_validator

from resyn.config.document import Loc
from resyn.config.problem import Problem
from resyn.config.processors.processor import ProcessorConfig
from resyn.config.written import Name, refusal
from resyn.spec.processors.schema_transform import SchemaTransform
from resyn.templates import TemplateError, references
from resyn.templates.expressions import Path, paths_of


class SchemaTransformProcessorConfig(ProcessorConfig):
    """Writes a second dataset, in a folder of the processor's name: each row of it is the template filled in with a row."""

    has_templates: ClassVar[bool] = True

    processor_type: Literal["schema_transform"] = "schema_transform"
    name: Name
    """What metrics call it, and the folder of the dataset it writes."""
    template: Annotated[dict[str, Any], Field(min_length=1)]
    """Name of a column → a Jinja text, or lists and objects of Jinja texts."""

    @field_validator("template")
    @classmethod
    def _has_types(cls, template: dict[str, Any]) -> dict[str, Any]:
        for name, value in template.items():
            if not name:
                raise refusal("has a column without a name")
            if (empty := next(_empty(value), None)) is not None:
                raise refusal(f"holds {empty}, which has no type", name)
            try:
                pa.array([value])
            except (pa.ArrowException, OverflowError) as error:
                raise refusal("mixes values of different types in one list", name) from error
        return template

    def problems(self, columns: Sequence[str]) -> Iterator[Problem]:
        """Yield texts that are no Jinja, and columns that are not there."""
        for loc, text in _texts(self.template, ("template",)):
            try:
                names = references(text)
            except TemplateError as error:
                yield Problem(loc=loc, message=f"processor '{self.called}': no Jinja text: {error}", text_line=error.line)
                continue
            for name in sorted(names):
                if message := self.not_left(name, columns):
                    yield Problem(loc=loc, message=message)

    def paths(self) -> Iterator[tuple[Loc, Path]]:
        """Yield the columns and fields it reads."""
        for loc, text in _texts(self.template, ("template",)):
            for path in paths_of(text):
                yield loc, path

    def compile(self, columns: Sequence[str]) -> SchemaTransform:  # noqa: ARG002 - every processor is compiled alike
        """Return the processor as export reads it."""
        return SchemaTransform(name=self.called, template=json.dumps(self.template, ensure_ascii=False))


def _empty(value: Any) -> Iterator[str]:
    """Yield what no type follows from: null, and lists and objects that hold nothing."""
    if value is None or value in ([], {}):
        yield "null" if value is None else "an empty list" if value == [] else "an empty object"
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from _empty(child)


def _texts(value: Any, loc: Loc) -> Iterator[tuple[Loc, str]]:
    """Yield every text below `value`, and where it is."""
    if isinstance(value, str):
        yield loc, value
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in steps:
        yield from _texts(child, (*loc, step))
