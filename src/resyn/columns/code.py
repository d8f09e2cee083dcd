"""Where the code of a column type is: in the file named after it here, or in a package that an installed distribution brought."""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
from pathlib import Path
from types import ModuleType

from resyn.errors import ConfigError
from resyn.plugins.syntax import meaning
from resyn.spec import Program
from resyn.spec.installed import Installed, installed_column


def code_of(column_type: str) -> ModuleType:
    """Return the module with the code of a column type.

    Raises:
        ConfigError: an installed package has the type, and cannot be imported.
    """
    found = installed_column(column_type)
    return found.module("column") if found else importlib.import_module(f"resyn.columns.{column_type.replace('-', '_')}")


def installed_pools(column_type: str) -> dict[str, str]:
    """Return what an installed column type was made by: its distribution, version and a hash of the package's code."""
    found = installed_column(column_type)
    return {f"column type {column_type}": f"{found.distribution} {found.version} {_hash(found)}"} if found else {}


def check_installed(column_type: str, program: Program) -> None:
    """Make sure that an installed column type is the one that the program was compiled with.

    Raises:
        ConfigError: it is of another version, or was edited.
    """
    for name, here in installed_pools(column_type).items():
        planned = program.pools.get(name, here)
        if planned != here:
            which = [" ".join(text.split(" ")[:2]) for text in (here, planned)]
            what = f"{which[0]}, the plan was made with {which[1]}" if which[0] != which[1] else f"{which[0]}, but edited since the plan"
            raise ConfigError(f"{name} is of {what}", hint="run `resyn plan`, or install what the plan was made with")


def _hash(found: Installed) -> str:
    """Return a hash of every file of Python in the package, comments and layout aside, so that an edit in place counts, too."""
    folder = Path(found.module("column").__file__ or "").parent
    parts = [
        [path.relative_to(folder).as_posix(), *map(meaning, ast.parse(path.read_bytes()).body)] for path in sorted(folder.rglob("*.py"))
    ]
    return "sha256:" + hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()
