"""The `code` validator: one file per tool, ruff for Python and sqlfluff for SQL."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from resyn.columns.validators.judge import Judge
from resyn.errors import ResynError
from resyn.spec import Program
from resyn.spec.columns.validation import Validation
from resyn.spec.validators.code import Code


def pools(params: Code, root: Path) -> dict[str, str]:  # noqa: ARG001 - every validator is asked alike
    """Return the version of the tool, whose verdicts change with it."""
    package = _package(params)
    return {package: _version(package)}


def build(params: Code, column: Validation, program: Program, root: Path) -> Judge:  # noqa: ARG001 - every validator is built alike
    """Return the judge of a language.

    Raises:
        ResynError: the tool is not installed, or in another version than the plan's.
    """
    package = _package(params)
    installed = _version(package)
    if (planned := program.pools.get(package, installed)) != installed:
        raise ResynError(
            f"column '{column.name}': the plan was made with {package} {planned}, and {installed} is installed",
            hint=f"run `pip install {package}=={planned}`, or `resyn plan` to take the verdicts of this one",
        )
    if package == "ruff":
        from resyn.columns.validators.python_code import PythonJudge

        return PythonJudge()
    from resyn.columns.validators.sql_code import SQLJudge

    return SQLJudge(params.code_lang.removeprefix("sql:"))


def _package(params: Code) -> str:
    return "ruff" if params.code_lang == "python" else "sqlfluff"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError as error:
        raise ResynError(
            f"{package}, which a validation column needs, is not installed", hint="run `pip install 'resyn[validate]'`"
        ) from error
