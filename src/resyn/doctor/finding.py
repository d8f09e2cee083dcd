"""One thing that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from resyn.project import Project
from resyn.store.location import state_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Say what is wrong and how it is mended; `mend` does it, None where a person has to."""

    what: str
    remedy: str
    mend: Callable[[], object] | None = None


def aside(project: Project, path: Path) -> Path:
    """Move a file of a project to `.resyn/aside/<time>/…`, where it stays; return where that is."""
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    target = state_dir(project.root) / "aside" / moment / path.resolve().relative_to(project.root.resolve())
    target.parent.mkdir(parents=True, exist_ok=True)
    # A rename may not leave the disk, and the state may be on another one.
    target.write_bytes(path.read_bytes())
    path.unlink()
    return target
