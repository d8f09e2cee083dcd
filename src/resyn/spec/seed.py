"""The seed dataset: rows that a person brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Say which files seed rows come from; `path` counts from the project's folder."""

    path: str
    """A file, a pattern with *, or a folder."""
    seed_type: str = "local"
    """local: rows of data files; directory: a row a file; file_contents: a row a file, with its text."""
    file_pattern: str = ""
    """Of a folder: the names that count; "" is all."""
    recursive: bool = True
    """Of a folder: whether its folders count."""
    encoding: str = ""
    """Of texts; "" is UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """Say which seed row each row gets."""

    source: Source
    content: str
    """sha256:… of the files' names and contents."""
    types: Mapping[str, str]
    """Column → Arrow type."""
    start: int
    stop: int
    """The seed rows that are used, half-open."""
    sampling_strategy: str = "ordered"
    """ordered or shuffle."""
    records_per_row: int = 1
    """How many rows in a row get the same seed row."""
