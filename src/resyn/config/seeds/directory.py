"""Seed rows about the files of a folder."""

from __future__ import annotations

from typing import Literal

from resyn.config.seeds.source import FolderSeedSource
from resyn.spec import Source


class DirectorySeedSource(FolderSeedSource):
    """A row a file: source_kind, source_path, relative_path, file_name."""

    seed_type: Literal["directory"] = "directory"

    def compile(self) -> Source:
        """Return the source as the engine reads it."""
        return Source(path=self.path, seed_type=self.seed_type, file_pattern=self.pattern, recursive=self.recursive)
