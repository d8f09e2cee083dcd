"""A project whose config uses every key there is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from resyn.errors import ConfigError
from resyn.project import Project

DATA = Path(__file__).parent / "data"

Write = Callable[[str, str], None]
Edit = Callable[[str, str, str], None]
Refused = Callable[[], ConfigError]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project that loads."""
    (tmp_path / "configs").mkdir()
    shutil.copy(DATA / "params.yaml", tmp_path)
    shutil.copy(DATA / "providers.yaml", tmp_path)
    for name in ("tickets", "the-basics", "text_to_python", "text_to_sql"):
        shutil.copy(DATA / f"{name}.yaml", tmp_path / "configs")
    return Project(tmp_path)


@pytest.fixture
def write(project: Project) -> Write:
    """Write a whole file of the project."""

    def write(file: str, text: str) -> None:
        (project.root / file).write_bytes(text.encode(errors="surrogateescape"))

    return write


@pytest.fixture
def edit(project: Project) -> Edit:
    """Replace the one occurrence of a text in a file of the project."""

    def edit(file: str, old: str, new: str) -> None:
        text = (project.root / file).read_text()
        assert text.count(old) == 1, f"{old!r} is in {file} {text.count(old)} times"
        (project.root / file).write_text(text.replace(old, new))

    return edit


@pytest.fixture
def refused(project: Project) -> Refused:
    """Load, and return the error it ends with."""

    def refused() -> ConfigError:
        from resyn.config import load

        with pytest.raises(ConfigError) as caught:
            load(project)
        assert "\n" not in caught.value.message
        assert caught.value.exit_code == 2
        return caught.value

    return refused
