"""What rows are made of and how: the values that pass from whoever starts a run to the engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from resyn.engine.batch_report import BatchReport
from resyn.engine.compiled import Compiled
from resyn.errors import ConfigError, Stopped
from resyn.spec import Program

if TYPE_CHECKING:
    from resyn.engine.progress import Snapshot

Engine = Literal["async", "sync"]
"""Many requests in flight over an event loop, or one at a time; the same rows either way, and each goes on where the other stopped."""

Clock = Callable[[], Stopped | None]
"""Says why a run is over; None as long as it is not."""
CLOCK_SECONDS = 0.1
"""How often it is looked at while rows are made, whether or not anything can be sent."""
_GO_ON = "run the same command again to go on"


def parse_engine(name: str, where: str) -> Engine:
    """Return the driver of this name, which stands in `where`.

    Raises:
        ConfigError: there is none.
    """
    match name:
        case "async" | "sync" as known:
            return known
        case other:
            raise ConfigError(f"{where} is {other!r}", hint="set it to async or sync")


def _nothing(_: object) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Say which rows are made, of what, and in which state folder answers are."""

    state: Path
    fingerprint: str
    program: Program
    compiled: Compiled
    ranges: Mapping[str, range]


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Say how rows are made, where that changes none of them."""

    engine: Engine = "async"
    seconds: float | None = None
    """Send nothing more after so long."""
    is_cancelled: Callable[[], bool] = field(default=lambda: False)
    """Asked a few times a second; True: send nothing more."""
    on_batch: Callable[[BatchReport], None] = _nothing
    """Told of each batch that was staged; what it raises ends the run, the batch kept."""
    watch: Callable[[Snapshot], None] | None = None
    """Told a few times a second how far it is, on a thread of its own."""
    notify: Callable[[str], None] = _nothing

    def clock(self) -> Clock:
        """Start the clock."""
        began = time.monotonic()

        def why_over() -> Stopped | None:
            if self.is_cancelled():
                return Stopped("the run was cancelled; every answer is kept", hint=_GO_ON)
            if self.seconds is not None and time.monotonic() - began >= self.seconds:
                return Stopped(f"the time is over, after {self.seconds:g} s; every answer is kept", hint=_GO_ON)
            return None

        return why_over
