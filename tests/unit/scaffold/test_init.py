"""What `resyn init` makes, and what it refuses to touch."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from resyn.errors import ConfigError
from resyn.pipeline import Pipeline
from resyn.scaffold.init import SCHEMA, read_scaffold


@pytest.fixture(autouse=True)
def _outside_dvc(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DVC_STAGE", "DVC_ROOT", "DVC_EXP_NAME"):
        monkeypatch.delenv(name, raising=False)


def git(root: Path, *arguments: str) -> list[str]:
    """Return the lines git prints."""
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout.splitlines()


def test_a_new_project_is_planned_and_staged_whole(tmp_path: Path) -> None:
    """Nothing is left untracked, nothing is committed, and git's index holds what is on disk."""
    Pipeline.init(tmp_path / "deep" / "demo")
    root = tmp_path / "deep" / "demo"
    status = git(root, "status", "--porcelain")
    assert status
    assert all(line.startswith("A  ") for line in status)
    assert {line[3:] for line in status} >= {*read_scaffold(), "batches/000/dvc.yaml", "plan/generation.json", ".dvc/config"}
    assert "analytics = false" in (root / ".dvc" / "config").read_text()
    assert "sha256:" in (root / "params.yaml").read_text()


def test_no_template_keeps_the_name_it_has_in_the_package() -> None:
    """git, DVC and wheel builders would obey those files where they lie."""
    assert {".gitignore", ".dvcignore", ".gitattributes", "data/.gitignore", "dvc.yaml", "params.yaml"} <= read_scaffold().keys()
    assert not [name for name in read_scaffold() if name.endswith(".template")]


def test_a_folder_in_a_repository_keeps_what_its_ignore_files_say(tmp_path: Path) -> None:
    """Lines are added, none is lost or doubled."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / ".gitignore").write_text("secrets\n/.resyn")
    Pipeline.init(tmp_path)
    lines = (tmp_path / ".gitignore").read_text().splitlines()
    assert lines[:2] == ["secrets", "/.resyn"]
    assert len(lines) == len(set(lines)) == 5


@pytest.mark.parametrize("name", ["dvc.yaml", "params.yaml", "providers.yaml"])
def test_files_of_a_project_are_not_overwritten(tmp_path: Path, name: str) -> None:
    """They are named, and nothing is written."""
    (tmp_path / name).write_text("mine")
    with pytest.raises(ConfigError, match=f"this folder already has {name}\n"):
        Pipeline.init(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_this_repository_is_what_init_makes() -> None:
    """The scaffold and the repository's own root files are the same text; its ignore file has lines of its own below."""
    here = Path(__file__).parents[3]
    files = {**read_scaffold(), SCHEMA: Pipeline.schema().encode()}
    for name, data in files.items():
        mine, wanted = (here / name).read_bytes(), data
        if name == "params.yaml":  # its plan section is written by `resyn plan`
            mine, wanted = mine[: mine.index(b"\nplan:")], data[: data.index(b"\nplan:")]
        assert mine.startswith(wanted) if name == ".gitignore" else mine == wanted, name
    assert "analytics = false" in (here / ".dvc/config").read_text()
    if (here / ".git").exists():
        assert not [name for name in git(here, "ls-files") if name.endswith("dvc.lock")]
