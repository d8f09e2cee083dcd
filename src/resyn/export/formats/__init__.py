"""One file per format, named after it, holding `write(path, schema, groups)`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from resyn.errors import ConfigError


class Writer(Protocol):
    """Write one file."""

    def __call__(self, path: Path, schema: pa.Schema, groups: Iterable[pa.Table]) -> None:
        """Write `groups`, tables of `schema`, to `path`; the bytes depend on nothing else."""


def find_writer(name: str) -> Writer:
    """Return `write` of the file named after a format.

    Raises:
        ConfigError: there is no such format.
    """
    known = sorted(module.name for module in pkgutil.iter_modules(__path__))
    if name not in known:
        raise ConfigError(f"there is no export format {name!r}", hint=f"Choose from {', '.join(known)} under `export: formats:`.")
    writer: Writer = importlib.import_module(f"{__name__}.{name}").write
    return writer
