"""Read a stored answer back: its form is that of the provider type that gave it."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable

from resyn.models.completion import Completion


def read_answer(provider_type: str, body: bytes) -> Completion:
    """Return what the model said in a stored body of a chat.

    Raises:
        NotAnAnswer: `body` holds no answer; the client stores none such.
    """
    return _reader(provider_type)(body)


@functools.cache
def _reader(provider_type: str) -> Callable[[bytes], Completion]:
    reader: Callable[[bytes], Completion] = importlib.import_module(f"resyn.models.{provider_type}").read
    return reader
