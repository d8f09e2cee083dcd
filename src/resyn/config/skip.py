"""`skip`: for which rows a column is not made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import field_validator

from resyn.columns import build_column, fields
from resyn.columns.skip import placeholder
from resyn.config.problem import Problem
from resyn.config.written import Name, Written, refusal
from resyn.spec import Program, Skip
from resyn.templates import TemplateError, bare, references
from resyn.templates.expressions import expression


class SkipConfig(Written):
    """A condition under which a column is not made."""

    when: Name
    """A Jinja expression over other columns, with or without {{ }}: a row for which it is true is skipped."""
    value: bool | int | float | str | None = None
    """What stands in a skipped row, of the column's type."""

    @field_validator("when")
    @classmethod
    def _is_an_expression(cls, when: str) -> str:
        try:
            expression(bare(when))
        except TemplateError as error:
            hint = "write one expression, such as \"{{ tier == 'free' }}\""
            raise refusal(f"is no Jinja expression: {error}", hint=hint) from error
        if not references(f"{{{{ {bare(when)} }}}}"):
            raise refusal("names no column, so it is the same for every row", hint="take the column out, or name a column")
        return bare(when)


def compiled(skip: SkipConfig | None, *, propagate: bool) -> Skip | None:
    """Return what the engine reads; None where nothing differs from a column without a `skip`."""
    if skip is None and propagate:
        return None
    value = None if skip is None else skip.value
    return Skip(
        when=skip.when if skip else "",
        value="" if value is None else json.dumps(value, ensure_ascii=False),
        propagate=propagate,
    )


def unfit_values(names: Sequence[str], program: Program, root: Path) -> Iterator[Problem]:
    """Yield the columns that could not hold the value of their `skip`; `names` are those of the config's columns, in its order."""
    for column in program.columns:
        if column.skip and column.skip.value:
            kinds = {field.name: field.type for field in fields(column, build_column(column, program, root).arrow_type)}
            try:
                placeholder(column, kinds[column.name])
            except ValueError as error:
                yield Problem(
                    loc=("columns", names.index(column.name), "skip", "value"), message=f"column '{column.name}': 'skip.value' {error}"
                )
