"""How an error ends a command: its exit code and its words."""

from __future__ import annotations

import errno
import os
import traceback
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from resyn.errors import ResynError

_MEND_FIRST = 2
_INTERRUPTED = 130
_PLACE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE}


@dataclass(frozen=True, slots=True)
class Failure:
    """Say how a command failed."""

    code: int
    message: str
    hint: str = ""
    unexpected: bool = False
    """Whether this is a defect of resyn, of which a traceback is kept."""

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


def failure_of(error: BaseException) -> Failure:
    """Return how `error` ends a command, in words that hold no key."""
    failure = _failure_of(error)
    return replace(failure, message=_without_keys(failure.message), hint=_without_keys(failure.hint))


def _failure_of(error: BaseException) -> Failure:
    match error:
        case ResynError():
            return Failure(error.exit_code, error.message, error.hint)
        case click.UsageError():
            command = error.ctx.command_path if error.ctx else "resyn"
            return Failure(_MEND_FIRST, error.format_message(), f"`{command} -h` shows how it is used")
        case click.ClickException():
            return Failure(error.exit_code, error.format_message())
        case KeyboardInterrupt() | click.Abort():
            return Failure(_INTERRUPTED, "interrupted: what is finished and every stored answer are kept")
        case OSError(errno=number) if number in _PLACE_ERRORS:
            return Failure(
                _MEND_FIRST,
                f"{error.filename or Path.cwd()}: {os.strerror(number)}",
                "what is finished is kept: mend that, then run the same command again",
            )
        case _:
            return Failure(1, f"unexpected {type(error).__name__}: {error}", unexpected=True)


def write_traceback(error: BaseException) -> str:
    """Keep the traceback of a defect in the project's state folder and say where it is."""
    from resyn.store import atomic
    from resyn.store.location import state_dir

    text = _without_keys("".join(traceback.format_exception(error)))
    path = state_dir(Path()) / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    try:
        atomic.write(path, text.encode())
    except (ResynError, OSError):
        return text
    return f"this is a defect of resyn; its traceback is in {path}"


def _without_keys(text: str) -> str:
    """Return what a person is told without the keys of this environment, whoever put them there: a library, or a plugin of the project."""
    from resyn.models.secret import secrets_of, strike_text
    from resyn.project import Project

    return strike_text(text, secrets_of(Project(Path())))
