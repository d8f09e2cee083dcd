"""What every processor has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar

from pydantic import field_validator

from resyn.config.document import Loc
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem
from resyn.config.written import Written, refusal
from resyn.spec.processors import Processor
from resyn.templates.expressions import Path

_NO_FOLDER = '<>:"/\\|?*'


class ProcessorConfig(Written, ABC):
    """Hold the keys that every processor takes."""

    has_templates: ClassVar[bool] = False
    """Whether what it reads stands in Jinja texts, which may ask a value for more than fields."""

    processor_type: str
    """Which processor it is."""
    name: str = ""
    """What metrics call it, and the folder of a dataset it writes; its `processor_type` where left out."""

    @field_validator("name")
    @classmethod
    def _can_be_a_folder(cls, name: str) -> str:
        if name.startswith(".") or name != name.strip() or not name.isprintable() or any(char in _NO_FOLDER for char in name):
            raise refusal(f"is '{name}', which cannot be the name of a folder", hint="use letters, digits, spaces, _ and -")
        return name

    @property
    def called(self) -> str:
        """Return its name, or its type where it has none."""
        return self.name or self.processor_type

    @abstractmethod
    def problems(self, columns: Sequence[str]) -> Iterator[Problem]:
        """Yield what is wrong with it where `columns` are left; places count from the processor."""

    def paths(self) -> Iterator[tuple[Loc, Path]]:
        """Yield the columns and fields it reads, and where it names them; places count from the processor."""
        yield from ()

    def left(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return the columns that are left after it."""
        return tuple(columns)

    @abstractmethod
    def compile(self, columns: Sequence[str]) -> Processor:
        """Return the processor as export reads it, where `columns` are left."""

    def not_left(self, path: str, columns: Sequence[str]) -> str:
        """Return what to say of a column that a processor names (with fields after dots) and that is not among `columns`; "" if it is."""
        name = path.partition(".")[0]
        if name in columns:
            return ""
        return f"processor '{self.called}': there is no column '{name}' at this point{did_you_mean(name, columns)}"
