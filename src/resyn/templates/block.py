"""A template rendered for a block of rows: the texts that rendering it row by row would give, many times as fast."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from resyn.templates.bounds import MAX_CHARACTERS, TooLarge, concat
from resyn.templates.combinations import distinct, read, records
from resyn.templates.json_values import json_environment, json_text
from resyn.templates.kernels import Kernel, applied, text
from resyn.templates.pieces import Chain, Piece, pieces


class BlockTemplate:
    """Render the pieces of a template, each by Arrow where a kernel is known, else by Jinja once a combination of what it reads."""

    def __init__(self, source: str, *, json_values: bool = False) -> None:
        """Cut a template; with `json_values`, objects, lists, null, true and false are written as JSON writes them."""
        self._pieces = pieces(source, json_environment() if json_values else None)
        self._text = json_text if json_values else text

    def render(self, columns: Mapping[str, pa.Array], rows: int) -> pa.StringArray:
        """Return one text a row.

        Raises:
            Exception: of `FAILURES` or Arrow's, where the text of some row fails; which row, only rendering row by row can tell.
        """
        texts = [piece if isinstance(piece, str) else _texts(piece, columns, rows, self._text) for piece in self._pieces]
        if not any(isinstance(part, pa.Array) for part in texts):
            return pa.repeat(pa.scalar(concat(map(str, texts)), pa.string()), rows)
        whole = texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, "")
        if _may_be_long(whole) and pc.max(pc.utf8_length(whole)).as_py() > MAX_CHARACTERS:
            raise TooLarge(f"the text has more than {MAX_CHARACTERS:,} characters")
        return whole


def _texts(piece: Piece, columns: Mapping[str, pa.Array], rows: int, written: Kernel) -> pa.StringArray:
    values = read(piece.paths, columns)
    if piece.chain and (made := _by_arrow(piece.chain, values, written)) is not None:
        return made
    first, which = distinct(values.values(), rows)
    return pa.array([piece.render(record) for record in records(values, first)], pa.string()).take(pa.array(which))


def _by_arrow(chain: Chain, values: Mapping[tuple[str, ...], pa.Array], written: Kernel) -> pa.StringArray | None:
    made = values.get(chain.path)
    if made is None or (chain.filters and _may_be_long(made)):  # Jinja bounds what each filter makes
        return None
    for name, arguments in chain.filters:
        if made is not None:
            made = applied(made, name, arguments)
    return None if made is None else written(made)


def _may_be_long(values: pa.Array) -> bool:
    return pa.types.is_string(values.type) and (pc.max(pc.binary_length(values)).as_py() or 0) > MAX_CHARACTERS
