"""The `code` validator: a linter or a parser."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from resyn.config.names import CodeLang
from resyn.config.problem import Problem
from resyn.config.validators.params import ValidatorParamsConfig
from resyn.spec.validators.code import Code

if TYPE_CHECKING:
    Checked = CodeLang | str
else:
    Checked = Literal["python", "sql:ansi", "sql:bigquery", "sql:mysql", "sql:postgres", "sql:sqlite", "sql:tsql"]


class CodeValidatorParams(ValidatorParamsConfig):
    """Code that a linter (ruff) or a parser (sqlfluff) reads; it is never run."""

    validator_type: Literal["code"] = "code"
    code_lang: Checked
    """The language, and the dialect of SQL."""

    def problems_of(self, root: Path) -> Iterator[Problem]:  # noqa: ARG002 - the parent's signature
        """Yield the package that is not installed."""
        package = "ruff" if self.code_lang == "python" else "sqlfluff"
        if find_spec(package) is None:
            message = f"'{self.code_lang}' is checked by {package}, which is not installed"
            yield Problem(loc=("code_lang",), message=message, hint="run `pip install 'resyn[validate]'`")

    def compile(self) -> Code:
        """Return the parameters as the engine reads them."""
        return Code(code_lang=self.code_lang)
