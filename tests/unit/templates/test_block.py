"""A block's texts are those that rendering row by row gives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resyn.templates import BlockTemplate, compiled
from resyn.templates.environment import FAILURES
from resyn.templates.json_values import with_json_values
from resyn.templates.kernels import KERNELS, SPACES, text
from resyn.templates.pieces import Piece, pieces

TYPES: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): st.one_of(st.text(max_size=8), st.sampled_from(["", " a b ", "\x1fx\u3000", "straße", "12", "-1.5e3", "ǆ", "None"])),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.int8(): st.integers(-128, 127),
    pa.float64(): st.one_of(
        st.floats(), st.decimals(-10000, 10000, places=4).map(float), st.sampled_from([-0.0, 0.125, 2.675, 1e16, 1e22])
    ),
    pa.bool_(): st.booleans(),
    pa.timestamp("us"): st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)),  # noqa: DTZ001 - columns have no zone
    pa.date32(): st.dates(),
    pa.list_(pa.string()): st.lists(st.text(max_size=3), max_size=3),
}
FIELDS = [("text", pa.string()), ("number", pa.float64()), ("count", pa.int64())]
STRUCT = pa.struct(FIELDS)
TYPES[STRUCT] = st.fixed_dictionaries({name: TYPES[kind] for name, kind in FIELDS})

ARGUMENTS = {
    "round": ["", "(2)", "(4)", "(-1)", "(1, 'floor')"],
    "replace": ["('a', '')", "('', 'x')", "('a', 'bcd')"],
    "trim": ["", "('a')"],
}
OTHERS = ["title", "capitalize", "default('x')", "tojson", "list | join('-')", "urlencode", "first", "truncate(3)", "int(7)", "wordcount"]
FILTERS = [name + argument for name in KERNELS for argument in ARGUMENTS.get(name, [""])] + OTHERS
NAMES = ["a", "b", "a.text", "a['number']", "b.count", "a.missing"]
chains = st.builds(
    lambda name, filters: " | ".join([name, *filters]), st.sampled_from(NAMES), st.lists(st.sampled_from(FILTERS), max_size=3)
)
statements = st.sampled_from(
    [
        "{% if a %}yes {{ b }}{% else %}no{% endif %}",
        "{% for x in a %}{{ loop.index }}{{ x }}{% endfor %}",
        "{% set c = a %}{{ c }}",
        "{{ a ~ b }}",
        "{{ a == b }}",
        "{% with c = b %}{{ c }}{% endwith %}",
        "{{ c }}",
        "{{ '' if a is none else a }}",
        "é\n",
    ]
)
templates = st.lists(st.one_of(chains.map("{{{{ {} }}}}".format), statements, st.sampled_from([" ", "text "])), max_size=4).map("".join)


@st.composite
def columns(draw: st.DrawFn) -> dict[str, pa.Array]:
    """Return two columns of some type with some nulls."""
    rows = draw(st.integers(0, 6))
    kinds = draw(st.lists(st.sampled_from(list(TYPES)), min_size=2, max_size=2))
    values = [
        st.lists(st.one_of(TYPES[kind], st.none()) if draw(st.booleans()) else TYPES[kind], min_size=rows, max_size=rows) for kind in kinds
    ]
    return {name: pa.array(draw(each), kind) for name, kind, each in zip("ab", kinds, values, strict=True)}


def row_by_row(source: str, columns: dict[str, pa.Array], *, json_values: bool) -> list[str] | None:
    """Return the texts, or None where a row's fails."""
    render = with_json_values(source) if json_values else compiled(source)
    try:
        return [
            render(dict(zip(columns, row, strict=True))) for row in zip(*(array.to_pylist() for array in columns.values()), strict=True)
        ]
    except FAILURES:
        return None


@settings(deadline=None, max_examples=150)
@example("{{ a | round(2) }}", {"a": pa.array([2.675, 1.005, -0.001, 0.125, 1e300, -0.5]), "b": pa.nulls(6)}, False)
@example("{{ a }}{{ a | abs }}", {"a": pa.array([0.0, -0.0]), "b": pa.nulls(2)}, False)
@example("{{ a | upper | length }}", {"a": pa.array(["ß" * 300_000]), "b": pa.nulls(1)}, False)
@example("{{ a | int }}", {"a": pa.array([float("nan")]), "b": pa.nulls(1)}, False)
@example("{{ a }} {{ b }}", {"a": pa.array([True, None]), "b": pa.array([None, 2.5])}, True)
@given(templates, columns(), st.booleans())
def test_a_block_is_rendered_as_its_rows_are(source: str, columns: dict[str, pa.Array], json_values: bool) -> None:
    """Whatever the template, the types and the nulls: the same texts, or both fail."""
    try:
        block = BlockTemplate(source, json_values=json_values).render(columns, len(columns["a"])).to_pylist()
    except (*FAILURES, pa.ArrowException):
        block = None
    assert block == row_by_row(source, columns, json_values=json_values)


@settings(deadline=None)
@given(st.lists(st.one_of(TYPES[pa.float64()], st.floats(-1e6, 1e6))), st.integers(0, 4))
def test_rounded_numbers_are_written_as_python_writes_them(values: list[float], places: int) -> None:
    """To the last digit, halves and signs of zero included."""
    rounded = KERNELS["round"](pa.array(values, pa.float64()), places)
    if rounded is not None:
        assert [repr(value) for value in rounded.to_pylist()] == [repr(round(value, places)) for value in values]
        assert text(rounded).to_pylist() == [repr(round(value, places)) for value in values]  # type: ignore[union-attr]


def test_what_trim_takes_off_is_what_python_takes_off() -> None:
    """Every character that `str.isspace` knows."""
    assert "".join(filter(str.isspace, map(chr, range(0x110000)))) == SPACES


@pytest.mark.parametrize(
    ("source", "kernels"), [("{{ a }}-{{ b.c | round(2) }}", 2), ("{{ a | title }}{{ a | upper }}", 1), ("{{ a + 1 }}", 0)]
)
def test_references_and_known_filters_are_written_by_arrow(source: str, kernels: int) -> None:
    """The rest is rendered once for each combination of what it reads."""
    assert sum(isinstance(piece, Piece) and piece.chain is not None for piece in pieces(source)) == kernels


def test_jinja_is_asked_once_for_each_combination() -> None:
    """And only about the fields that are read, so that a column of a million different ones beside them costs nothing."""
    asked: list[dict[str, Any]] = []
    values = {"a": pa.array([{"kind": "x", "id": number} for number in range(1000)]), "b": pa.array(["p", "q"] * 500)}
    template = BlockTemplate("{{ a.kind | title }}/{% if b == 'p' %}one{% endif %}")
    template._pieces = tuple(_counted(piece, asked) for piece in template._pieces)
    assert template.render(values, 1000).to_pylist() == ["X/one", "X/"] * 500
    assert asked == [{"a": {"kind": "x"}}, {"b": "p"}, {"b": "q"}]


def _counted(piece: str | Piece, asked: list[dict[str, Any]]) -> str | Piece:
    if isinstance(piece, str):
        return piece

    def render(record: dict[str, Any]) -> str:
        asked.append(record)
        return piece.render(record)

    return Piece(piece.paths, render, piece.chain)


def test_a_block_of_a_text_without_columns_and_an_empty_block() -> None:
    """Every row is the same; no row is none."""
    assert BlockTemplate("a{{ 1 + 1 }}").render({}, 2).to_pylist() == ["a2", "a2"]
    assert BlockTemplate("{{ a | title }}{{ a }}").render({"a": pa.array([], pa.string())}, 0).to_pylist() == []
