"""One file per format, named after it, holding `writing(path, schema)`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from resyn.errors import ConfigError


class Writing(Protocol):
    """Open one file for writing."""

    def __call__(self, path: Path, schema: pa.Schema) -> AbstractContextManager[Callable[[pa.Table], None]]:
        """Give a function that appends a table of `schema` to `path`; the bytes depend on the tables and nothing else."""


def find_writer(name: str) -> Writing:
    """Return `writing` of the file named after a format.

    Raises:
        ConfigError: there is no such format.
    """
    known = sorted(module.name for module in pkgutil.iter_modules(__path__))
    if name not in known:
        raise ConfigError(f"there is no export format {name!r}", hint=f"Choose from {', '.join(known)} under `export: formats:`.")
    writing: Writing = importlib.import_module(f"{__name__}.{name}").writing
    return writing
