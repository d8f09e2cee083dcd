"""The `person` sampler: rows of a file of persons, such as Data Designer's managed ones, drawn by index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from resyn.columns.protocol import Block, BlockColumn
from resyn.columns.samplers.persons import email
from resyn.columns.samplers.persons.birth import BirthDates
from resyn.columns.samplers.persons.file import TYPES, digest, matching, rows_by_number
from resyn.errors import ResynError
from resyn.rng import Stream
from resyn.rng.stream import below
from resyn.seeds.rows import Rows
from resyn.spec import Program
from resyn.spec.samplers.person import Person

ADULT = 18
"""Years; below it there is no email, as in Data Designer."""
MADE = ("locale", "birth_date", "email_address")
"""Fields that are made here where the file does not have them."""
_DOMAINS = pa.array(["example.com", "example.net", "example.org"])


def pools_in(params: Person, root: Path) -> dict[str, str]:
    """Return the digest of the file, by its path."""
    return {f"persons:{params.path}": digest(root, params.path)}


def build_in(params: Person, stream_of: Callable[[str], Stream], program: Program, root: Path) -> BlockColumn:
    """Return the column; its values are structs with the fields of the file, and those of `MADE`.

    Raises:
        ResynError: the file is not the one that the program was compiled with, or holds no person that fits.
    """
    path = root / params.path
    try:
        same = program.pools.get(f"persons:{params.path}") in (None, digest(root, params.path))
    except OSError as error:
        raise ResynError(
            f"{params.path} cannot be read: {error.strerror}", hint="get the file again, for example with `dvc pull`"
        ) from error
    if not same:
        message = f"{params.path} is not the file that this plan was made with"
        raise ResynError(message, hint="get that file again, or run `resyn plan` to take this one (every row will change)")
    if not (rows := matching(path, params.age_range, params.allowed)).size:
        raise ResynError(f"{params.path} holds no person that fits", hint="ask for more ages, cities or values")
    births = BirthDates.of(dt.date.fromisoformat(program.reference_date), params.age_range)
    streams = {name: stream_of(name) for name in ("row", "birth_date", "email_address", "domain")}
    return _Persons(params, rows_by_number(root, params.path, params.fields), rows, births, streams, _struct(params))


def _struct(params: Person) -> pa.StructType:
    """Return the type of the persons; the region of Americans is their state, as in Data Designer."""
    fields = {_name(name, params): TYPES[kind] for name, kind in params.fields}
    return pa.struct([*({name: pa.string() for name in MADE} | fields).items()])


def _name(column: str, params: Person) -> str:
    has_state = any(name == "state" for name, _ in params.fields)
    return "state" if column == "region" and params.locale == "en_US" and not has_state else column


@dataclass(frozen=True, slots=True)
class _Persons:
    params: Person
    file: Rows
    rows: npt.NDArray[np.uint32]
    """Of the file, those that fit."""
    births: BirthDates
    streams: dict[str, Stream]
    arrow_type: pa.StructType

    def compute(self, block: Block) -> pa.Array:
        drawn = self.rows[below(self._words(block, "row")[:, 0], len(self.rows))]
        record = self.file.take(drawn.astype(np.int64))
        taken = {_name(name, self.params): values for name, values in zip(record.schema.names, record.columns, strict=True)}
        fields = self._made(block, taken) | taken
        return pa.StructArray.from_arrays([fields[field.name] for field in self.arrow_type], fields=list(self.arrow_type))

    def _made(self, block: Block, fields: dict[str, pa.Array]) -> dict[str, pa.Array]:
        domains = _DOMAINS.take(pa.array(below(self._words(block, "domain")[:, 0], len(_DOMAINS))))
        words = self._words(block, "email_address", email.WIDTH)
        addresses = email.addresses(fields["first_name"], fields["last_name"], domains, email.plain, words)
        return {
            "locale": pa.repeat(pa.scalar(self.params.locale), len(block.rows)),
            "birth_date": self.births.dates(fields["age"].to_numpy(), self._words(block, "birth_date")[:, 0]),
            "email_address": pc.if_else(pc.greater_equal(fields["age"], ADULT), addresses, None),
        }

    def _words(self, block: Block, name: str, width: int = 1) -> npt.NDArray[np.uint64]:
        return self.streams[name].words(block.rows, width, block.attempt, block.redraw)
