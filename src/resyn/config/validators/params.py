"""What every validator's parameters have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from resyn.config.problem import Problem
from resyn.config.written import Written
from resyn.spec import Limits, Provider
from resyn.spec.validators import ValidatorParams


class ValidatorParamsConfig(Written, ABC):
    """Hold the parameters of one validator."""

    def problems_of(self, root: Path) -> Iterator[Problem]:  # noqa: ARG002 - for validators to fill
        """Yield what keeps the validator from being used in the project in folder `root`; places count from the parameters."""
        yield from ()

    def limits(self, batch_size: int) -> Limits | None:  # noqa: ARG002 - for validators to fill
        """Return the bounds of its calls, where it has any."""
        return None

    def provider(self, batch_size: int) -> Provider | None:  # noqa: ARG002 - for validators to fill
        """Return where it is asked, where that is an endpoint."""
        return None

    @abstractmethod
    def compile(self) -> ValidatorParams:
        """Return the parameters as the engine reads them."""
