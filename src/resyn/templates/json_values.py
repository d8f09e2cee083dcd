"""Jinja texts whose values are written as JSON writes them: what Data Designer's schema transforms give."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jinja2
import orjson

from resyn.templates.environment import environment


@functools.cache
def _environment() -> jinja2.Environment:
    plain = environment()
    finalize = plain.finalize or (lambda value: value)

    def written(value: Any) -> Any:
        value = finalize(value)
        return orjson.dumps(value).decode() if value is None or isinstance(value, bool | dict | list | tuple) else value

    return plain.overlay(finalize=written)


def with_json_values(source: str) -> Callable[..., str]:
    """Return the function that renders a Jinja text: objects and lists as JSON, null, true and false as JSON's words."""
    return _environment().from_string(source).render
