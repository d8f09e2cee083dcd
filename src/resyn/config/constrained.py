"""What must hold between constraints and columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from resyn.columns import build_column, fields
from resyn.columns.constraint import groups, holds, named
from resyn.columns.protocol import BlockColumn
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem
from resyn.spec import Program


def problems_of_constraints(program: Program, root: Path) -> Iterator[Problem]:
    """Yield constraints on columns that do not exist, that a model answers, that cannot be drawn again or compared; `root` is the project's folder."""
    for index, constraint in enumerate(program.constraints):
        for name in named(constraint):
            if name not in program.outputs:
                loc = ("constraints", index, _key(constraint.expr, name, constraint.rhs_column))
                yield Problem(
                    loc=loc, message=f"a constraint names '{name}', and there is no such column{did_you_mean(name, program.outputs)}"
                )
    built = {column.name: build_column(column, program, root) for column in program.columns} if program.constraints else {}
    for group in groups(program):
        index = program.constraints.index(group.constraints[0])
        if asked := sorted(name for name in group.read if not isinstance(built[name], BlockColumn)):
            message = f"a constraint reads column '{asked[0]}', which a model answers"
            yield Problem(loc=("constraints", index), message=message, hint="use `accept` to judge rows with answers")
        if not group.drawn:
            yield Problem(loc=("constraints", index), message="a constraint names no column that is drawn: no row could be drawn again")
    kinds = {field.name: field.type for column in program.columns if built for field in fields(column, built[column.name].arrow_type)}
    for index, constraint in enumerate(program.constraints):
        types = {name: kinds[name] for name in named(constraint)}
        try:
            constraint.expr or holds(constraint, {name: pa.array([], kind) for name, kind in types.items()}, ())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError) as error:
            message = "a constraint compares what cannot be compared: " + ", ".join(f"'{name}' is {kind}" for name, kind in types.items())
            yield Problem(loc=("constraints", index), message=message, hint=str(error).splitlines()[0])


def _key(expr: str, name: str, rhs_column: str) -> str:
    return "expr" if expr else "rhs" if name == rhs_column else "target_column"
