"""What every seed source has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import PurePosixPath

from pydantic import field_validator

from resyn.config.written import Name, Written, refusal
from resyn.spec import Source

FOLDER = "seeds"
"""The folder that the plan stage depends on."""


class SeedSource(Written, ABC):
    """Say where seed rows come from."""

    path: Name
    """Below seeds/, counted from the project's folder."""

    @field_validator("path")
    @classmethod
    def _dvc_sees_it_change(cls, path: str) -> str:
        pure = PurePosixPath(path)
        if pure.is_absolute() or path.startswith("~") or ".." in pure.parts or pure.parts[:1] != (FOLDER,):
            hint = f"copy it into {FOLDER}/ (large files: `dvc add {FOLDER}/…`, data elsewhere: `dvc import-url <url> {FOLDER}/…`)"
            raise refusal(f"is {path}: seed data must be in {FOLDER}/, or DVC would not see it change", hint=hint)
        return pure.as_posix()

    @abstractmethod
    def compile(self) -> Source:
        """Return the source as the engine reads it."""


class FolderSeedSource(SeedSource):
    """Take a row from each file of a folder."""

    file_pattern: Name = "*"
    """Which names count: with * and ?, case matters."""
    recursive: bool = True
    """Whether folders inside count."""

    @field_validator("file_pattern")
    @classmethod
    def _names_alone(cls, pattern: str) -> str:
        if "/" in pattern or "\\" in pattern:
            raise refusal("is for names of files, not for paths", hint="name the folder in 'path'")
        return pattern

    @property
    def pattern(self) -> str:
        """Return the pattern; "" is every name."""
        return "" if self.file_pattern == "*" else self.file_pattern
