"""`limits` of a model: how much of it may be asked for, and how long its weather is borne with."""

from __future__ import annotations

from pydantic import Field

from resyn.config.written import Number, Whole, Written
from resyn.spec.runtime import Tombstone

_DEFAULT = Tombstone()


class TombstoneConfig(Written):
    """When a request that keeps failing, while others are served, is given up and its row drawn again."""

    failures: Whole = Field(default=_DEFAULT.failures, ge=1)
    """It failed so often,"""
    seconds: Number = Field(default=_DEFAULT.seconds, ge=0)
    """over so many seconds,"""
    served: Whole = Field(default=_DEFAULT.served, ge=0)
    """while so many other requests to the model were served; 0: whether it serves others or not."""

    def compile(self) -> Tombstone:
        """Return it as the engine reads it."""
        return Tombstone(failures=self.failures, seconds=self.seconds, served=self.served)


class ModelLimits(Written):
    """Bounds beside those of the inference parameters; none of them can change a value."""

    requests_per_minute: Whole | None = Field(default=None, ge=1)
    """Requests sent in a minute, evenly; what the endpoint's headers say counts as well."""
    tokens_per_minute: Whole | None = Field(default=None, ge=1)
    """Input and output tokens in a minute."""
    total_timeout: Number | None = Field(default=None, gt=0)
    """Seconds after which a request that failed again and again, while others were served, is given up; as `tombstone` says where left out."""
    max_wait: Number = Field(default=300, gt=0)
    """Seconds to wait for an endpoint that serves nothing before the run ends, everything kept."""
    tombstone: TombstoneConfig = TombstoneConfig()
    """When a request is given up that keeps failing."""
