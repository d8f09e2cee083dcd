"""Identifiers."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pyarrow as pa
import pytest

from resyn.errors import ResynError
from resyn.spec.samplers.uuid import UUID

Draw = Callable[..., pa.Array]


def test_uuids_are_valid_version_4(draw: Draw) -> None:
    """And no two are equal."""
    values = [uuid.UUID(value) for value in draw(UUID()).to_pylist()]
    assert {(value.version, value.variant) for value in values} == {(4, uuid.RFC_4122)}
    assert len(set(values)) == len(values)


def test_a_prefix_stays_as_it_is_and_digits_can_be_upper_case(draw: Draw) -> None:
    """The prefix is any text."""
    value = draw(UUID(prefix="né-x", uppercase=True), range(1))[0].as_py()
    assert value.startswith("né-x")
    assert value[4:] == value[4:].upper()
    assert len(value) == 4 + 32


def test_short_forms_never_collide(draw: Draw) -> None:
    """Of 300,000 random ones some ten pairs would; these are a permutation, whatever the attempt."""
    values = draw(UUID(short_form=True), range(300_000)).to_pylist()
    assert len(set(values)) == 300_000
    assert {len(value) for value in values} == {8}
    assert draw(UUID(short_form=True), range(5), attempt=2).to_pylist() == values[:5]


def test_a_short_form_beyond_its_digits_is_refused(draw: Draw) -> None:
    """Row 2^32 would need a ninth."""
    draw(UUID(short_form=True), range(2**32 - 1, 2**32))
    with pytest.raises(ResynError, match="8 digits, which name 4,294,967,296 rows"):
        draw(UUID(short_form=True), range(2**32, 2**32 + 1))
