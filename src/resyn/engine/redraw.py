"""Rows that violate a constraint: drawn again, alone, until they hold to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from resyn.columns.constraint import Group, described, holds
from resyn.columns.protocol import Block
from resyn.errors import ConfigError

if TYPE_CHECKING:
    from resyn.engine.roots import RootNode

Positions = npt.NDArray[np.int64]
Values = dict[str, pa.Array]

MAX_REDRAWS = 10_000
"""How often a row is drawn again: where one draw in 500 meets the constraints, two rows in a billion are given up."""
_TOGETHER = 64
"""Redraws of all rows at once; after them a few rows go first, so that what cannot be met is found out quickly."""
_AHEAD = 16


class Redraw:
    """Draw the rows of one block again, for one group of constraints.

    The redraw of a row is the first at which its constraints hold: a function of the row alone, whatever it is computed with.
    """

    def __init__(self, group: Group, path: Sequence[RootNode], rows: range, attempt: int) -> None:
        self._group, self._rows, self._attempt = group, rows, attempt
        self._drawn = [node for node in path if node.is_drawn]
        self._computed = [node for node in path if not node.is_drawn]
        self._made = [name for node in path for name in node.outputs]
        self._tried, self._met = 0, np.zeros(len(group.constraints) + 1, dtype=np.int64)

    def settled(self, outputs: Mapping[str, pa.Array]) -> Values:
        """Return what replaces the outputs of the columns on the path; nothing where every row holds as it is.

        Raises:
            ConfigError: a row was drawn again as often as is allowed; names the constraints and how often they held.
            ResynError: an expression fails for a row.
        """
        held = self._holds(outputs, self._rows)
        if held.all():
            return {}
        kept = np.flatnonzero(held)
        where, parts = [kept], [{name: outputs[name].take(pa.array(kept)) for name in self._made}]
        for positions, values in self._redrawn(outputs, np.flatnonzero(~held)):
            where.append(positions)
            parts.append(values)
        order = pa.array(np.argsort(np.concatenate(where)))
        return {name: pa.concat_arrays([part[name] for part in parts]).take(order) for name in self._made}

    def _redrawn(self, outputs: Mapping[str, pa.Array], still: Positions) -> Iterator[tuple[Positions, Values]]:
        """Yield positions, and their values, as they come to hold."""
        everything = len(still)
        for ahead, first, last in (
            (everything, 1, _TOGETHER),
            (_AHEAD, _TOGETHER + 1, MAX_REDRAWS),
            (everything, _TOGETHER + 1, MAX_REDRAWS),
        ):
            waiting, behind = still[:ahead], still[ahead:]
            for redraw in range(first, last + 1):
                if not len(waiting):
                    break
                values = self._draw(outputs, waiting, redraw)
                rows = [self._rows[position] for position in waiting]
                held = self._holds(_View(values, outputs, waiting), rows)
                if held.any():
                    chosen = pa.array(np.flatnonzero(held))
                    yield waiting[held], {name: array.take(chosen) for name, array in values.items()}
                waiting = waiting[~held]
            if len(waiting) and last == MAX_REDRAWS:
                raise self._given_up(self._rows[waiting[0]])
            still = np.concatenate([waiting, behind])

    def _draw(self, outputs: Mapping[str, pa.Array], waiting: Positions, redraw: int) -> Values:
        """Return the values on the path at the positions that wait.

        Samplers draw whole runs, since that beats drawing rows alone. One that could fail is not shown rows that are not drawn again.
        """
        careful = any(node.can_fail for node in self._drawn)
        ends = np.flatnonzero(np.diff(waiting) != 1) + 1 if careful else np.zeros(0, dtype=np.int64)
        runs = []
        for part in np.split(waiting, ends):
            run = range(int(part[0]), int(part[-1]) + 1)
            places = pa.array(part - run.start)
            runs.append({name: array.take(places) for name, array in self._draw_run(outputs, run, redraw).items()})
        values = {name: pa.concat_arrays([run[name] for run in runs]) for name in runs[0]}
        rows = cast("range", [self._rows[position] for position in waiting])
        for node in self._computed:
            number = redraw if node.name in self._group.drawn else 0
            block = Block(rows=rows, attempt=self._attempt, redraw=number, columns=_View(values, outputs, waiting))
            values |= node.made(block)
        return values

    def _draw_run(self, outputs: Mapping[str, pa.Array], run: range, redraw: int) -> Values:
        values: Values = {}
        rows = self._rows[run.start : run.stop]
        for node in self._drawn:
            columns = {name: values[name] if name in values else outputs[name].slice(run.start, len(run)) for name in node.needs}
            number = redraw if node.name in self._group.drawn else 0
            values |= node.made(Block(rows=rows, attempt=self._attempt, redraw=number, columns=columns))
        return values

    def _holds(self, columns: Mapping[str, pa.Array], rows: Sequence[int]) -> npt.NDArray[np.bool_]:
        each = [holds(constraint, columns, rows) for constraint in self._group.constraints]
        verdict: npt.NDArray[np.bool_] = np.logical_and.reduce(each)
        self._tried += len(rows)
        self._met += [int(held.sum()) for held in (*each, verdict)]
        return verdict

    def _given_up(self, row: int) -> ConfigError:
        shares = [f"{met / self._tried:.3%}" for met in self._met]
        each = [f"`{described(constraint)}` {share}" for constraint, share in zip(self._group.constraints, shares, strict=False)]
        together = f", all of them {shares[-1]}" if len(each) > 1 else ""
        columns = ", ".join(f"'{name}'" for name in sorted(self._group.drawn))
        return ConfigError(
            f"row {row} was drawn {MAX_REDRAWS:,} times and meets its constraints not once; of {self._tried:,} draws meet {', '.join(each)}{together}",
            hint=f"loosen a constraint, or the distribution of {columns}",
        )


class _View(Mapping[str, pa.Array]):
    """Show columns at some positions: those drawn again as they are, of the others the rows at these positions."""

    def __init__(self, drawn: Values, others: Mapping[str, pa.Array], positions: Positions) -> None:
        self._drawn, self._others, self._positions = drawn, others, pa.array(positions)

    def __getitem__(self, name: str) -> pa.Array:
        return self._drawn[name] if name in self._drawn else self._others[name].take(self._positions)

    def __iter__(self) -> Iterator[str]:
        return iter(self._others)

    def __len__(self) -> int:
        return len(self._others)
