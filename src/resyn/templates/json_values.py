"""Jinja texts whose values are written as JSON writes them: what Data Designer's schema transforms give."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jinja2
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from resyn.templates.environment import compiled, environment
from resyn.templates.kernels import text


@functools.cache
def json_environment() -> jinja2.Environment:
    """Return the environment of templates, with another way to write values."""
    plain = environment()
    finalize = plain.finalize or (lambda value: value)

    def written(value: Any) -> Any:
        value = finalize(value)
        return orjson.dumps(value).decode() if value is None or isinstance(value, bool | dict | list | tuple) else value

    return plain.overlay(finalize=written)


def with_json_values(source: str) -> Callable[..., str]:
    """Return the function that renders a Jinja text: objects and lists as JSON, null, true and false as JSON's words."""
    return compiled(source, json_environment())


def json_text(values: pa.Array) -> pa.Array | None:
    """Return each value as such a text has it; None where only Jinja can."""
    if pa.types.is_boolean(values.type):
        return pc.if_else(values, "true", "false").fill_null("null")
    if not values.null_count:
        return text(values)
    if pa.types.is_string(values.type):
        return values.fill_null("null")
    if not pa.types.is_integer(values.type) and not pa.types.is_float64(values.type):
        return None
    texts = text(values.fill_null(0))
    return None if texts is None else pc.if_else(values.is_valid(), texts, "null")
