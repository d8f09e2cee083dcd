"""What must hold between processors and the columns they meet. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from resyn.columns import build_column, fields
from resyn.config.dataset import DataDesignerConfig
from resyn.config.document import Loc
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem
from resyn.config.processors.split import SplitProcessorConfig
from resyn.spec import Program
from resyn.templates import expressions

_FOR_WHAT_IS_NOT_THERE = ("default", "defined")
"""A template with one of these may well name a field that is not there."""


def processor_problems(config: DataDesignerConfig, outputs: tuple[str, ...]) -> Iterator[Problem]:
    """Yield what is wrong with the processors, in their order, and with what they leave of the columns' outputs."""
    columns = outputs
    dropped = {column.name for column in config.columns if column.drop}
    if dropped.issuperset(columns):
        yield Problem(loc=("columns",), message="every column has 'drop: true': nothing would be exported")
        return
    seen: dict[str, int] = {}
    splits: list[Loc] = []
    for index, processor in enumerate(config.processors or ()):
        loc = ("processors", index)
        if (name := processor.called) in seen:
            message = f"two processors are called '{name}'"
            yield Problem(loc=(*loc, "name"), message=message, first=("processors", seen[name]), hint="give each a 'name' of its own")
        if isinstance(processor, SplitProcessorConfig):
            if splits:
                yield Problem(loc=loc, message=f"processor '{name}': the rows are split already", first=splits[0])
            splits.append(loc)
        for problem in processor.problems(columns):
            yield replace(problem, loc=(*loc, *problem.loc))
        columns, seen[name] = processor.left(columns), index
        if dropped.issuperset(columns):
            message = f"processor '{name}' leaves only columns with 'drop: true': nothing would be exported"
            yield Problem(loc=loc, message=message)
            return


def unfit_fields(config: DataDesignerConfig, program: Program, root: Path) -> Iterator[Problem]:
    """Yield the fields that processors read of columns which have no such field."""
    types: dict[str, pa.DataType] = {}
    for index, processor in enumerate(config.processors or ()):
        unsure = processor.has_templates and any(word in str(processor) for word in _FOR_WHAT_IS_NOT_THERE)
        for loc, (name, *steps) in () if unsure else processor.paths():
            owner = program.outputs.get(name)
            if owner is None or not steps:
                continue
            if name not in types:
                types |= {field.name: field.type for field in fields(owner, build_column(owner, program, root).arrow_type)}
            if problem := _misses(types[name], (name, *steps), in_template=processor.has_templates):
                yield replace(problem, loc=("processors", index, *loc), message=f"processor '{processor.called}': {problem.message}")


def _misses(kind: pa.DataType, path: expressions.Path, *, in_template: bool) -> Problem | None:
    """Return what is wrong with the fields of a column of a type; a template may also call methods."""
    for at, step in enumerate(path[1:], 1):
        there = [field.name for field in kind] if pa.types.is_struct(kind) else []
        if in_template and (not there or (step not in there and hasattr(dict, step))):
            return None
        if step not in there:
            hint = f"its fields are {', '.join(there)}" if there else f"it is of type {kind}"
            return Problem(loc=(), message=f"'{'.'.join(path[:at])}' has no field '{step}'{did_you_mean(step, there)}", hint=hint)
        kind = kind.field(step).type
    return None
