"""What the parameters of every sampler have."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

from resyn.config.problem import Problem
from resyn.config.written import Written
from resyn.spec import Column
from resyn.spec.samplers import SamplerParams

_CONVERSIONS = ("int", "float", "str")


class SamplerParamsConfig(Written, ABC):
    """Hold the parameters of one sampler."""

    def cannot_become(self, convert_to: str) -> str | None:
        """Return why values cannot be converted to `convert_to`, a sentence without its subject, or None."""
        return None if convert_to in _CONVERSIONS else f"must be int, float or str, not '{convert_to}'"

    @property
    def kind(self) -> str:
        """Return what Arrow makes of the values (str, int or float) where that depends on the parameters, else ""."""
        return ""

    def problems(self, column: str, columns: Mapping[str, Column]) -> Iterator[Problem]:  # noqa: ARG002 - for samplers to fill
        """Yield what is wrong between this sampler, of `column`, and all columns, compiled; places count from the parameters."""
        yield from ()

    def completed(self, root: Path) -> Self:  # noqa: ARG002 - for samplers to fill
        """Return the parameters with what files of the project, in folder `root`, say of them.

        Raises:
            Incomplete: one of them cannot be used; placed from the parameters.
        """
        return self

    @abstractmethod
    def compile(self) -> SamplerParams:
        """Return the parameters as the engine reads them."""
