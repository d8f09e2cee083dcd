"""The command line: parses, calls one method of `Pipeline`, prints; the only place that prints or exits."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import click


def main() -> NoReturn:
    """Run one verb and exit with its code."""
    if _adopt(sys.argv[1:]):
        # Without the 20 ms of taking down an interpreter that holds nothing.
        os._exit(0)
    from resyn.cli.entry import run

    run()


def command_line() -> click.Group:
    """Return the command that holds all verbs."""
    from resyn.cli.entry import group

    return group()


def _adopt(arguments: list[str]) -> bool:
    """Do `resyn generate KEY` for a staged batch, in a third of the time that a parser of command lines takes to load.

    Whatever stands in the way is left to the verb, which says it.
    """
    if len(arguments) != 2 or arguments[0] != "generate":
        return False
    from pathlib import Path

    from resyn.engine.adopt import adopt
    from resyn.errors import ResynError
    from resyn.project import Project

    try:
        if report := adopt(Project(Path()), arguments[1], lambda _: None):
            sys.stdout.write(f"{report}\n")
            sys.stdout.flush()
    except (ResynError, OSError):
        return False
    return report is not None
