"""The git and DVC repositories a project lives in."""

from __future__ import annotations

import shutil
from pathlib import Path

from resyn.dvc.command import run_dvc
from resyn.dvc.git import git
from resyn.errors import ConfigError, ResynError
from resyn.project import Project


def require_repository(root: Path) -> None:
    """Make sure that folder `root` is in a git repository and is the top of a DVC one.

    Inside a stage DVC tells the top of its repository, outside one the project's folder is known: state is kept in both, so they
    have to be the same.

    Raises:
        ConfigError: one is missing.
    """
    if shutil.which("git") is None:
        raise ConfigError("git is not installed", hint="install git, then run the same command again")
    new = "run `resyn init DIR` for a new project, or here"
    if not _is_in_git(root):
        raise ConfigError("there is no git repository here", file=root, hint=f"{new} `git init`, then `{_dvc_init(is_top=True)}`")
    if not (root / ".dvc").is_dir():
        raise ConfigError("there is no DVC repository here", file=root, hint=f"{new} `{_dvc_init(is_top=_is_top_of_git(root))}`")


def require_project(project: Project) -> None:
    """Make sure that a project is here, in its repositories, before anything is written: a lock would be the first file of a stranger's folder.

    Raises:
        ConfigError: it is not.
    """
    require_repository(project.root)
    require_params(project)


def require_params(project: Project) -> None:
    """Make sure that the folder is a project's, be there a repository or not.

    Raises:
        ConfigError: there is no params.yaml.
    """
    if not project.params.exists():
        raise ConfigError("there is no params.yaml here", file=project.params.name, hint="run `resyn init`, or go to the project's folder")


def init_repository(root: Path) -> None:
    """Make folder `root` a git and a DVC repository where it is none; DVC will send nothing home.

    Raises:
        ResynError: git or DVC failed.
    """
    if not _is_in_git(root):
        git(root, "init", "--quiet")
    if (root / ".dvc").is_dir():
        return
    for command in (
        _dvc_init(is_top=_is_top_of_git(root)) + " --quiet",
        "dvc config core.analytics false",
        "dvc config core.check_update false",
    ):
        failed: list[str] = []
        if run_dvc(root, command.split()[1:], failed.append).code:
            raise ResynError(f"`{command}` failed: " + "\n  ".join(failed))


def _dvc_init(*, is_top: bool) -> str:
    return "dvc init" if is_top else "dvc init --subdir"


def _is_top_of_git(root: Path) -> bool:
    return (root / ".git").exists()


def _is_in_git(root: Path) -> bool:
    here = root.resolve()
    return any(map(_is_top_of_git, (here, *here.parents)))
