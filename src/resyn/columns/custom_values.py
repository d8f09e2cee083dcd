"""What a custom column's function is given for a row or a block, and what becomes of what it returns."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa

from resyn.columns.dtype import arrow_type_of, fitted
from resyn.columns.protocol import CellFailed
from resyn.columns.rows import as_block, as_row
from resyn.models.secret import secrets_of, strike_text
from resyn.plugins.call import Function, PluginFailed, RowFailed
from resyn.plugins.declared import Declared, declared
from resyn.project import Project
from resyn.rng import request_seed
from resyn.spec import Program
from resyn.spec.columns.custom import Custom

MEND = "mend the plugin, or `dtype` of its column, then run `dvc repro`"


@dataclass(frozen=True, slots=True)
class Item:
    """Hold a row to be made: its index and attempt, and the columns that the function is given."""

    row: int
    attempt: int
    values: Mapping[str, Any]
    redraw: int = 0
    """How often a constraint has drawn the row again within the attempt."""


class CustomValues:
    """Read what the function returned; know what it is given."""

    def __init__(self, spec: Custom, program: Program, function: Function) -> None:
        self.spec, self.function, self._program = spec, function, program
        self.declared: Declared = declared(function.call)
        kinds = [arrow_type_of(dtype) for dtype in (spec.dtype, *(effect.dtype for effect in spec.side_effects))]
        self._types = dict(zip(spec.outputs, kinds, strict=True))
        self.arrow_type = kinds[0] if len(kinds) == 1 else pa.struct(list(self._types.items()))

    def arguments(self, item: Item) -> dict[str, Any]:
        """Return the arguments of a call for one row."""
        return {self.declared.first: as_row(item.values), **self._beside([item])}

    def block_arguments(self, items: Sequence[Item]) -> dict[str, Any]:
        """Return the arguments of a call for a block."""
        rows = [item.values for item in items]
        block = as_block(rows, self.declared.annotation) if self.spec.reads else _empty(len(items), self.declared.annotation)
        return {self.declared.first: block, **self._beside(items)}

    def value(self, item: Item, returned: Any) -> Any:
        """Return the value of a row, or the mapping of it and its side effects.

        Raises:
            CellFailed: the function said that the row cannot be made this way.
            PluginFailed: it raised, or what it returned does not fit.
        """
        owner = f"column '{self.spec.name}', row {item.row}"
        if isinstance(returned, RowFailed):
            # An HTTP library quotes the address, and a key in it.
            raise CellFailed(strike_text(str(returned), secrets_of(Project(self.function.folder.parent))))
        if isinstance(returned, PluginFailed):
            raise returned
        if isinstance(returned, Exception):
            raise self.function.failure(returned, owner) from returned
        try:
            made = self._named(returned)
            fit = {name: fitted(made[name], kind, "" if name == self.spec.name else name) for name, kind in self._types.items()}
        except (ValueError, KeyError) as error:
            what = f"it has no '{error.args[0]}'" if isinstance(error, KeyError) else str(error)
            raise PluginFailed(f"{owner}: {self.function.name} returned what does not fit: {what}", hint=MEND) from error
        return fit if self.spec.side_effects else fit[self.spec.name]

    def _named(self, returned: Any) -> Mapping[str, Any]:
        """Return values by column: a row with the new columns in it, as Data Designer has it, or the value alone."""
        if isinstance(returned, Mapping) and (self.spec.name in returned or self.spec.side_effects):
            return returned
        if self.spec.side_effects:
            raise ValueError(f"{type(returned).__name__}, and a dict with {', '.join(repr(name) for name in self._types)} is needed")
        return {self.spec.name: returned}

    def _beside(self, items: Sequence[Item]) -> dict[str, Any]:
        seeds = [self._seed(item) for item in items] if {"rng", "seed", "seeds"} & {*self.declared.asks_for} else [0]
        offered: dict[str, Callable[[], Any]] = {
            "generator_params": self._params,
            "models": dict,
            "rng": lambda: random.Random(seeds[0]),  # noqa: S311 - for data, not for secrets
            "seed": lambda: seeds[0],
            "seeds": lambda: seeds,
        }
        return {name: offered[name]() for name in self.declared.asks_for}

    def _params(self) -> Any:
        kind = self.declared.params_class
        given = orjson.loads(orjson.dumps(self.spec.generator_params))
        validate: Callable[[Any], Any] = getattr(kind, "model_validate", lambda params: params)
        return validate(given)

    def seeds(self, item: Item) -> dict[str, int]:
        """Return what the function's own random numbers come from, where it has any."""
        return {"seed": self._seed(item)} if {"rng", "seed"} & {*self.declared.asks_for} else {}

    def _seed(self, item: Item) -> int:
        name, at = f"{self.spec.random_name} plugin", 2 * item.redraw
        halves = (request_seed(self._program, name, item.row, item.attempt, half) for half in (at, at + 1))
        return functools.reduce(lambda high, low: high << 31 | low, halves)


def _empty(rows: int, annotation: Any) -> Any:
    """Return a block of rows of which the function is given nothing but how many there are."""
    return as_block([{"__row": number} for number in range(rows)], annotation)
