"""`skip`: rows for which a column is not made, whatever its type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from resyn.columns import fields
from resyn.columns.condition import Condition, truthy
from resyn.columns.protocol import Block, BlockColumn, Cell, CellColumn
from resyn.errors import ResynError
from resyn.spec import Column, Skip


def flag(column: str) -> str:
    """Return the name under which it is known whether a column was skipped: no column's own, and in no file."""
    return f"__skipped:{column}"


def with_skip(
    column: BlockColumn | CellColumn, spec: Column, reads: frozenset[str], inherits: frozenset[str]
) -> SkippingBlock | SkippingCell | SkippingBlockOrCell:
    """Return a column that makes its outputs and `flag(name)`, together a struct or a mapping, and its own values for kept rows only.

    `reads` are the outputs that the column itself reads, `inherits` the columns whose skipped rows it skips, too.
    """
    rule = _Rule(spec, tuple(sorted(reads)), tuple(flag(name) for name in sorted(inherits)))
    is_block, is_cell = isinstance(column, BlockColumn), isinstance(column, CellColumn)
    kind = SkippingBlockOrCell if is_block and is_cell else SkippingBlock if is_block else SkippingCell
    return kind(column, rule)


def placeholder(spec: Column, arrow_type: pa.DataType) -> pa.Scalar:
    """Return what stands in skipped rows of a column of `arrow_type`.

    Raises:
        ValueError: the value is of another type; a sentence without its subject.
    """
    value = json.loads(spec.skip.value) if spec.skip and spec.skip.value else None
    fits = (value is None or isinstance(value, bool) == pa.types.is_boolean(arrow_type)) and not (
        isinstance(value, float) and pa.types.is_integer(arrow_type)
    )
    try:
        return pa.scalar(value if fits else object(), arrow_type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, TypeError) as error:
        raise ValueError(f"is {json.dumps(value)}, and the column is of type {arrow_type}") from error


class _Rule:
    """Decide for which rows a column is skipped."""

    def __init__(self, spec: Column, reads: tuple[str, ...], flags: tuple[str, ...]) -> None:
        skip = spec.skip or Skip()
        self.spec, self.reads, self._flags = spec, reads, flags
        self._condition = Condition(skip.when, truthy) if skip.when else None

    def skipped(self, block: Block) -> npt.NDArray[np.bool_]:
        """Return which rows of a block are skipped: those that an input was skipped for, and of the others those that `when` names."""
        skipped = np.zeros(len(block.rows), dtype=np.bool_)
        for name in self._flags:
            skipped |= block.columns[name].to_numpy(zero_copy_only=False)
        if self._condition:
            rest = np.flatnonzero(~skipped)
            try:
                skipped[rest] = self._condition.holds(block, rest)
            except ResynError as error:
                raise self._located(error) from error
        return skipped

    def skips(self, row: int, values: Mapping[str, Any]) -> bool:
        """Return whether one row is skipped."""
        try:
            return any(values[name] for name in self._flags) or bool(self._condition and self._condition.holds_for(row, values))
        except ResynError as error:
            raise self._located(error) from error

    def _located(self, error: ResynError) -> ResynError:
        return ResynError(f"column '{self.spec.name}', `skip`, {error.message}", hint=error.hint)


@dataclass(frozen=True, slots=True)
class _Skipping:
    column: Any
    rule: _Rule

    @property
    def arrow_type(self) -> pa.DataType:
        """Return the struct of the column's outputs and its flag."""
        return pa.struct([*self._outputs, pa.field(flag(self.rule.spec.name), pa.bool_())])

    @property
    def _outputs(self) -> list[pa.Field]:
        return fields(self.rule.spec, self.column.arrow_type)

    def _placeholder(self, field: pa.Field) -> pa.Scalar:
        """Return what stands for an output in skipped rows: outputs beside the column itself are null."""
        spec = self.rule.spec
        return placeholder(spec, field.type) if field.name == spec.name else pa.scalar(None, field.type)


class SkippingBlock(_Skipping):
    """Compute a column for the rows that are kept."""

    def compute(self, block: Block) -> pa.Array:
        """Return the struct of outputs and flag."""
        skipped = self.rule.skipped(block)
        kept = np.flatnonzero(~skipped)
        made = self._kept(block, kept)
        spec, places = self.rule.spec, pa.array(np.cumsum(~skipped) - 1, mask=skipped)
        parts = [made] if spec.outputs == (spec.name,) else made.flatten()
        values = [
            pc.if_else(pa.array(skipped), self._placeholder(field), part.take(places))
            if field.name == spec.name and spec.skip and spec.skip.value
            else part.take(places)
            for field, part in zip(self._outputs, parts, strict=True)
        ]
        return pa.StructArray.from_arrays([*values, pa.array(skipped)], fields=list(self.arrow_type))

    def _kept(self, block: Block, kept: npt.NDArray[np.int64]) -> pa.Array:
        if not len(kept):
            return pa.nulls(0, self.column.arrow_type)
        if len(kept) == len(block.rows):
            return self.column.compute(block)
        columns = {name: block.columns[name].take(pa.array(kept)) for name in self.rule.reads}
        rows = cast("range", [block.rows[position] for position in kept])
        return self.column.compute(Block(rows=rows, attempt=block.attempt, redraw=block.redraw, columns=columns))


class SkippingCell(_Skipping):
    """Make the cells that are kept; a skipped one asks nothing."""

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:
        """Return the cell of a row: a mapping of outputs and flag."""
        spec = self.rule.spec
        if self.rule.skips(row, values):
            return {field.name: self._placeholder(field).as_py() for field in self._outputs} | {flag(spec.name): True}
        made = yield from self.column.cell(row, attempt, {name: values[name] for name in self.rule.reads})
        outputs = {spec.name: made} if spec.outputs == (spec.name,) else dict(made)
        return outputs | {flag(spec.name): False}


class SkippingBlockOrCell(SkippingBlock, SkippingCell):
    """Do both, for a column type that can."""
