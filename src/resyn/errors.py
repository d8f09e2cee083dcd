"""Errors for the person who reads them, and the exit code each one ends with."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class ResynError(Exception):
    """Say what went wrong, where, and the command that mends it. Ends with exit code 1."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        """What to do next; a command where there is one."""

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class ConfigError(ResynError):
    """What a person wrote cannot be used. Ends with exit code 2, nothing written."""

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, file: Path | str | None = None, line: int | None = None, hint: str = "") -> None:
        where = "" if file is None else f"{file}:{line}: " if line else f"{file}: "
        super().__init__(where + message, hint=hint)
        self.file, self.line = file, line


class Stopped(ResynError):
    """The run ended on purpose and can go on. Ends with exit code 3."""

    exit_code: ClassVar[int] = 3


class Unwritable(ResynError):
    """A disk is full, read-only or forbidden; what was there before is kept. Ends with exit code 2: nothing helps but mending it."""

    exit_code: ClassVar[int] = 2


class ModelUnavailable(ResynError):
    """A model cannot be asked: the key is refused, the model or the endpoint is not there."""


class KeyUnset(ModelUnavailable):
    """The environment variable that holds a key is not set. Ends with exit code 2."""

    exit_code: ClassVar[int] = 2


class EndpointDown(ResynError):
    """An endpoint did not answer for longer than the run waits; everything answered so far is kept."""


class MissingRows(ResynError):
    """Rows could not be made; the message names them, their columns and why."""


class AnswersMissing(ResynError):
    """A batch is to be made of stored answers alone, and one is not there."""


class Interrupted(ResynError):
    """Ctrl-C, SIGTERM or a terminal that closed. Ends with exit code 130."""

    exit_code: ClassVar[int] = 130
