"""The `remote` validator: each row's verdict is a stored answer, like a model's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from resyn.columns.protocol import Cell, CellColumn
from resyn.columns.refusal import answered
from resyn.columns.verdict import OutsideVerdict
from resyn.errors import ResynError
from resyn.models.request import Request
from resyn.spec import Program
from resyn.spec.columns.validation import Validation
from resyn.spec.validators.remote import Remote


class RemoteValidation:
    """Ask an endpoint about the targets of a row; the same values are asked about once."""

    def __init__(self, spec: Validation, params: Remote) -> None:
        self._spec, self._params, self._verdict = spec, params, OutsideVerdict(params.output_schema)
        self.arrow_type = self._verdict.type

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:  # noqa: ARG002 - a verdict depends on values alone
        """Return the cell of a row.

        Raises:
            CellFailed: the endpoint refused the row for good.
            ResynError: its answer does not fit the output schema.
        """
        asked = {"row": {name: values[name] for name in self._spec.target_columns}}
        answer = yield Request(
            alias=f"column {self._spec.name}",
            provider=self._params.name,
            provider_type="http",
            model="validator",
            kind="http",
            parameters=asked | ({"version": self._params.version} if self._params.version else {}),
            seed=0,
            attempt=0,
        )
        said = orjson.loads(answered(answer).body)
        try:
            return self._verdict.read(said)
        except ValueError as error:
            raise ResynError(
                f"column '{self._spec.name}', row {row}: the verdict of {self._params.name} does not fit `output_schema`: {error}",
                hint="mend `output_schema`, or mend the endpoint and change `version` of its parameters, so that it is asked again",
            ) from error


def build(params: Remote, column: Validation, program: Program, root: Path) -> CellColumn:  # noqa: ARG001 - every validator is built alike
    """Return the code of a column that an endpoint judges."""
    return RemoteValidation(column, params)
