"""What git is asked: to stage the plan, and which of its files it does not know."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from resyn.errors import ConfigError, ResynError

_PLANNED = ("batches", "plan")


def git(root: Path, *arguments: str) -> str:
    """Run git in folder `root` and return what it printed.

    Raises:
        ConfigError: git is not installed.
        ResynError: it failed; the message is git's.
    """
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise ConfigError("git is not installed", hint="install git, then run the same command again") from error
    if done.returncode:
        raise ResynError(f"`git {arguments[0]}` failed: {done.stderr.strip()}")
    return done.stdout


def stage_plan_of_experiment(root: Path) -> None:
    """Inside an experiment of DVC, stage the plan: DVC leaves untracked files out of the experiment's commit.

    Ignored files are left out.
    """
    folders = [folder for folder in _PLANNED if (root / folder).exists()]
    if os.environ.get("DVC_EXP_NAME") and folders:
        git(root, "add", "--", *folders)


def untracked_plan(root: Path) -> tuple[str, ...]:
    """Return those folders of the plan that hold files git does not know."""
    return tuple(folder for folder in _PLANNED if git(root, "ls-files", "--others", "--exclude-standard", "--", folder))
