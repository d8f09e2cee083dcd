"""Constraints: which rows they hold for, and which columns are drawn again where they do not."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from resyn.columns.condition import Condition
from resyn.columns.graph import waits_for
from resyn.columns.protocol import Block
from resyn.errors import ResynError
from resyn.spec import Column, Constraint, Program
from resyn.spec.columns.custom import Custom
from resyn.spec.columns.sampler import Sampler
from resyn.templates import references
from resyn.templates.pieces import draws

_SIGNS = {"lt": "<", "le": "≤", "gt": ">", "ge": "≥", "eq": "=", "ne": "≠", "in": "in", "not_in": "not in"}
_COMPARE = {
    "lt": pc.less,
    "le": pc.less_equal,
    "gt": pc.greater,
    "ge": pc.greater_equal,
    "eq": pc.equal,
    "ne": pc.not_equal,
}


@dataclass(frozen=True, slots=True)
class Group:
    """Hold constraints that are met together, since what one draws again the other reads."""

    constraints: tuple[Constraint, ...]
    drawn: frozenset[str]
    """The columns that are drawn again."""
    touched: frozenset[str]
    """Those and the columns that depend on them."""
    read: frozenset[str]
    """The columns that constraints name, and all that these are made of."""


def named(constraint: Constraint) -> tuple[str, ...]:
    """Return the names that a constraint compares."""
    if constraint.expr:
        return tuple(sorted(references(f"{{{{ {constraint.expr} }}}}")))
    return (*constraint.target_columns, *((constraint.rhs_column,) if constraint.rhs_column else ()))


def described(constraint: Constraint) -> str:
    """Return a constraint as a person would write it."""
    left, right = " + ".join(constraint.target_columns), constraint.rhs_column or constraint.rhs
    return constraint.expr or f"{left} {_SIGNS[constraint.operator]} {right}"


def groups(program: Program) -> tuple[Group, ...]:
    """Return the constraints of a program, grouped so that groups can be met one by one, in any order."""
    above = waits_for(program.columns)
    specs = {column.name: column for column in program.columns}
    found: list[Group] = []
    for constraint in program.constraints:
        makers = frozenset(program.outputs[name].name for name in named(constraint))
        drawn = _drawn(makers, specs, above)
        group = Group((constraint,), drawn, _below(drawn, above), _above(makers, above))
        meeting = [other for other in found if other.touched & group.read or group.touched & other.read]
        found = [other for other in found if other not in meeting]
        found.append(functools.reduce(_merged, meeting, group))
    return tuple(found)


def holds(constraint: Constraint, columns: Mapping[str, pa.Array], rows: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Return whether a constraint holds for each row; where a side of a comparison is null, nothing is compared, and it holds.

    Raises:
        ResynError: an expression fails for a row.
        pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError: the types cannot be compared.
    """
    if constraint.expr:
        try:
            return _condition(constraint.expr).holds(Block(rows=cast("range", rows), columns=columns), np.arange(len(rows)))
        except ResynError as error:
            raise ResynError(f"constraint, {error.message}", hint=error.hint) from error
    left = functools.reduce(pc.add, (columns[name] for name in constraint.target_columns))
    if constraint.operator in ("in", "not_in"):
        there = pc.if_else(pc.is_null(left), None, pc.is_in(left, _values(json.loads(constraint.rhs), left.type)))
        verdicts = there if constraint.operator == "in" else pc.invert(there)
    else:
        right = columns[constraint.rhs_column] if constraint.rhs_column else _values([json.loads(constraint.rhs)], left.type, cast=False)[0]
        verdicts = _COMPARE[constraint.operator](left, right)
    verdict: npt.NDArray[np.bool_] = pc.fill_null(verdicts, True).to_numpy(zero_copy_only=False)
    return verdict


@functools.lru_cache(maxsize=256)
def _condition(expr: str) -> Condition:
    return Condition(expr)


def _values(values: list[Any], of: pa.DataType, *, cast: bool = True) -> pa.Array:
    array = pa.array(values)
    for is_kind in (pa.types.is_string, pa.types.is_boolean):
        if is_kind(array.type) != is_kind(of):
            raise TypeError(f"{json.dumps(values[0], ensure_ascii=False)} is no {of}")
    return array.cast(of) if cast else array


def _drawn(names: Iterable[str], specs: Mapping[str, Column], above: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the columns that draw among those named, and of computed ones those that they are made of, too; a seed keeps its row."""
    found: frozenset[str] = frozenset()
    for name in names:
        found |= {name} if _draws(specs[name]) else set()
        found |= frozenset() if isinstance(specs[name], Sampler) else _drawn(above[name], specs, above)
    return found


def _draws(column: Column) -> bool:
    """Return whether a column may have random numbers of its own; those of a plugin's function are not known here."""
    return isinstance(column, Sampler | Custom) or any(draws(text) for text in column.templates)


def _above(names: frozenset[str], above: Mapping[str, frozenset[str]]) -> frozenset[str]:
    more = names.union(*(above[name] for name in names))
    return names if more == names else _above(more, above)


def _below(names: frozenset[str], above: Mapping[str, frozenset[str]]) -> frozenset[str]:
    more = names | {name for name, needs in above.items() if needs & names}
    return names if more == names else _below(more, above)


def _merged(one: Group, other: Group) -> Group:
    return Group((*other.constraints, *one.constraints), one.drawn | other.drawn, one.touched | other.touched, one.read | other.read)
