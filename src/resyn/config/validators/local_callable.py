"""The `local_callable` validator: a function of a plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field

from resyn.config.function import FunctionName
from resyn.config.problem import Problem
from resyn.config.validators.output_schema import OutputSchema, as_text
from resyn.config.validators.params import ValidatorParamsConfig
from resyn.config.written import Number
from resyn.errors import ConfigError
from resyn.plugins.call import DEFAULT_TIMEOUT
from resyn.plugins.load import load
from resyn.spec import Limits
from resyn.spec.validators.local_callable import LocalCallable


class LocalCallableValidatorParams(ValidatorParamsConfig):
    """A function of yours in plugins/."""

    validator_type: Literal["local_callable"] = "local_callable"
    validation_function: FunctionName
    """The function, as `plugins.<file>:<function>`; of a row (`row`), or of a table of rows."""
    output_schema: OutputSchema = None
    """A JSON Schema of what it returns; `is_valid` alone is kept where there is none."""
    timeout: Number = Field(default=DEFAULT_TIMEOUT, gt=0)
    """Seconds that a call may take."""

    def problems_of(self, root: Path) -> Iterator[Problem]:
        """Yield why the function cannot be loaded."""
        try:
            load(root, str(self.validation_function))
        except ConfigError as error:
            yield Problem(loc=("validation_function",), message=error.message, hint=error.hint)

    def limits(self, batch_size: int) -> Limits:  # noqa: ARG002 - the parent's signature
        """Return the bound of a call."""
        return Limits(timeout=self.timeout)

    def compile(self) -> LocalCallable:
        """Return the parameters as the engine reads them."""
        return LocalCallable(validation_function=str(self.validation_function), output_schema=as_text(self.output_schema))
