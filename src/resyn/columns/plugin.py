"""What columns that call a plugin have in common: its code is that of the plan, its calls are bounded."""

from __future__ import annotations

from pathlib import Path

from resyn.errors import ConfigError
from resyn.plugins.call import DEFAULT_TIMEOUT, Function
from resyn.plugins.identity import identity, split
from resyn.plugins.load import load
from resyn.plugins.module import PACKAGE
from resyn.project import Project
from resyn.spec import Program
from resyn.spec.files import read_runtime


def code_pools(reference: str, root: Path) -> dict[str, str]:
    """Return the function's reference → the identity of its code."""
    return {reference: identity(root, reference)}


def check_code(reference: str, program: Program, root: Path) -> None:
    """Make sure that a function's code is the one that the program was compiled with.

    Raises:
        ConfigError: it was edited since.
    """
    found = identity(root, reference)
    if program.pools.get(reference, found) != found:
        raise ConfigError(
            f"'{reference}' is not what the plan was made with", file=f"{PACKAGE}/{split(reference)[0]}.py", hint="run `resyn plan`"
        )


def find_function(reference: str, column: str, root: Path) -> Function:
    """Return the function, with the time that the config gives it."""
    module, function = split(reference)
    plan = Project(root).runtime
    limits = read_runtime(plan).limits.get(f"column {column}") if plan.exists() else None
    timeout = limits.timeout if limits else DEFAULT_TIMEOUT
    return Function(load(root, reference), f"{PACKAGE}/{module}.py: {function}", (root / PACKAGE).resolve(), timeout, column)
