"""How the last failing stage ended: DVC turns every failure into code 255, so stages leave a note."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from resyn.errors import ConfigError, Interrupted, ResynError, Stopped
from resyn.store import atomic

_ERRORS: dict[int, type[ResynError]] = {error.exit_code: error for error in (ConfigError, Stopped, Interrupted)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LastExit:
    """Say how a stage of the project in folder `project` failed."""

    code: int
    stage: str
    message: str
    next_command: str
    """What to do next; "" where the message says it."""
    project: str
    """Experiments in temporary folders leave their note in the same place."""

    def error(self) -> ResynError:
        """Return the failure as the error that ends with the same code."""
        return _ERRORS.get(self.code, ResynError)(f"{self.stage}: {self.message}", hint=self.next_command)


def write_last_exit(state: Path, note: LastExit) -> None:
    """Leave a note in a state folder."""
    atomic.write(_path(state), json.dumps(asdict(note), indent=1, ensure_ascii=False).encode())


def read_last_exit(state: Path, project_root: Path) -> LastExit | None:
    """Return the note of a project's stage, or None where there is none that can be read."""
    try:
        note = LastExit(**json.loads(_path(state).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return note if note.project == str(project_root.resolve()) else None


def clear_last_exit(state: Path) -> None:
    """Remove the note, so that the next one is of the run that begins now."""
    with suppress(FileNotFoundError):
        _path(state).unlink()


def _path(state: Path) -> Path:
    return state / "last_exit.json"
