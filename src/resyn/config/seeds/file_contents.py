"""Seed rows that hold the texts of a folder."""

from __future__ import annotations

import codecs
from typing import Literal

from pydantic import field_validator

from resyn.config.seeds.source import FolderSeedSource
from resyn.config.written import refusal
from resyn.spec import Source


class FileContentsSeedSource(FolderSeedSource):
    """A row a file: source_kind, source_path, relative_path, file_name, content."""

    seed_type: Literal["file_contents"] = "file_contents"
    encoding: str = "utf-8"
    """What the texts are written in."""

    @field_validator("encoding")
    @classmethod
    def _exists(cls, encoding: str) -> str:
        try:
            return codecs.lookup(encoding).name
        except LookupError as error:
            raise refusal(f"is '{encoding}', which is no encoding", hint="such as utf-8, utf-16 or latin-1") from error

    def compile(self) -> Source:
        """Return the source as the engine reads it."""
        encoding = "" if self.encoding == "utf-8" else self.encoding
        return Source(path=self.path, seed_type=self.seed_type, file_pattern=self.pattern, recursive=self.recursive, encoding=encoding)
