"""`resyn init`: a project with an example, planned and staged with git."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from resyn.dvc.git import git
from resyn.dvc.repository import init_repository
from resyn.errors import ConfigError
from resyn.plan.plan import plan
from resyn.project import Project
from resyn.store import atomic

_TEMPLATE = ".template"
"""Ends the names of files that git, DVC or a wheel's builder would obey where they lie in the package."""
SCHEMA = "config.schema.json"
_SHARED = {".gitignore", ".dvcignore", ".gitattributes"}
"""Files of lines that a folder may have already: what is missing is added."""
_STAGED_BESIDE = ("batches", "plan", ".dvc/config", ".dvc/.gitignore")


def init(project: Project, schema: str) -> None:
    """Make a project: git and DVC repositories where they are missing, the example, its plan. Stages it all, commits nothing.

    `schema` is the JSON Schema of configs, which the example points editors to.

    Raises:
        ConfigError: files of a project are there already, or git is not installed; nothing was written.
        ResynError: git or DVC failed, or a file cannot be written.
    """
    root, scaffold = project.root, {**read_scaffold(), SCHEMA: schema.encode()}
    if there := [name for name in scaffold if Path(name).name not in _SHARED and scaffold[name] and (root / name).exists()]:
        raise ConfigError(f"this folder already has {', '.join(there)}", file=root, hint="choose another folder, or move them away")
    git(Path(), "--version")
    root.mkdir(parents=True, exist_ok=True)
    init_repository(root)
    for name, data in scaffold.items():
        atomic.write(root / name, _with_missing_lines(root / name, data) if Path(name).name in _SHARED else data)
    plan(project, lambda _: None)  # its advice is what the next line does
    git(root, "add", "--force", "--", *scaffold, *(name for name in _STAGED_BESIDE if (root / name).exists()))


def read_scaffold() -> Mapping[str, bytes]:
    """Return the files of a new project: path below its root → content."""
    return dict(_walk(files("resyn.scaffold") / "files", PurePosixPath()))


def _walk(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _walk(item, path / item.name)
        else:
            yield str(path / item.name.removesuffix(_TEMPLATE)), item.read_bytes()


def _with_missing_lines(path: Path, lines: bytes) -> bytes:
    old = path.read_bytes() if path.exists() else b""
    missing = [line for line in lines.splitlines(keepends=True) if line.strip() not in old.split()]
    joint = b"" if old.endswith(b"\n") or not old else b"\n"
    return old + joint + b"".join(missing)
