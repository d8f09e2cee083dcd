"""What a person may ask of a run, and what the run is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypedDict

from resyn.engine.batch_report import BatchReport
from resyn.engine.making import Engine, Orders, parse_engine
from resyn.engine.progress import Snapshot
from resyn.errors import ConfigError
from resyn.resume import ResumeMode
from resyn.run.choice import Bounds, parse_bounds


class RunOptions(TypedDict, total=False):
    """Options of `Pipeline.run` and `Pipeline.arun`."""

    batches: str | int | None
    """A number of batches, or their keys (`b00004,b00007`): the run then ends without an export."""
    until: str | int | None
    """Rows (500) or a time (`10m`): the same."""
    resume: ResumeMode | str
    """What to do with what is on disk: `never`, `always`, `if_possible` (the default)."""
    engine: Engine
    """Many requests in flight (`async`), or one at a time (`sync`); the rows are the same."""
    on_batch: Callable[[BatchReport], None]
    """Told of each finished batch; what it raises ends the run, the batch kept."""
    watch: Callable[[Snapshot], None] | None
    """Told a few times a second how far the run is, on a thread of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Say which batches a run makes, and how."""

    bounds: Bounds = field(default_factory=Bounds)
    resume: ResumeMode = ResumeMode.IF_POSSIBLE
    orders: Orders = field(default_factory=Orders)


def read(options: RunOptions, is_cancelled: Callable[[], bool], notify: Callable[[str], None]) -> Run:
    """Return what the options say.

    Raises:
        ConfigError: `batches`, `until`, `engine` or `resume` says nothing.
        TypeError: there is no option of a name; ignored, a misspelt bound would let a run pay for all.
    """
    if unknown := options.keys() - RunOptions.__annotations__.keys():
        raise TypeError(f"there is no option {min(unknown)!r}, only {', '.join(RunOptions.__annotations__)}")
    bounds = parse_bounds(options.get("batches"), options.get("until"))
    orders = Orders(
        engine=parse_engine(options.get("engine", "async"), "engine"),
        seconds=bounds.seconds,
        is_cancelled=is_cancelled,
        on_batch=options.get("on_batch", lambda _: None),
        watch=options.get("watch"),
        notify=notify,
    )
    return Run(bounds=bounds, resume=_mode(options.get("resume", ResumeMode.IF_POSSIBLE)), orders=orders)


def _mode(word: str) -> ResumeMode:
    try:
        return ResumeMode(word)
    except ValueError as error:
        raise ConfigError(f"resume is {word!r}", hint=f"choose one of {', '.join(ResumeMode)}") from error
