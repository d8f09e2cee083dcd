"""How long a run has to go: the seconds of slots that its cells still take, over the slots that each model fills (Little's law), and then the last answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import NamedTuple

from resyn.engine.tail import expected_tail, lives

_FULL = 0.9
"""Share of a limit in flight from which on the limit is what holds a model back."""
_INSTANT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLook:
    """Say what one model did until a moment."""

    in_flight: int
    limit: int
    reaches: int
    """The limit to reckon with: the most allowed, as long as nothing has stopped the limit from doubling."""
    spent: Mapping[str, float] = field(default_factory=dict)
    """Column → seconds that its requests held slots, those of attempts that failed too."""
    landed: int = 0
    """Attempts that came to something."""
    failed: int = 0
    """Those of them that failed."""
    waited: float = 0.0
    """Seconds that those had to wait to be sent again, each by itself."""
    took: Sequence[float] = ()
    """Seconds that the attempts took which landed last."""
    again: float = 0.0
    """When the last of the requests that failed is sent again, on the looks' clock."""


@dataclass(frozen=True, slots=True)
class Look:
    """Say how far a run was at a moment (seconds on any clock): cells made by column, models by alias."""

    at: float
    made: Mapping[str, int]
    lanes: Mapping[str, LaneLook] = field(default_factory=dict)


class Work(NamedTuple):
    """Say how many cells are left, and the seconds of slots that they take."""

    cells: int
    seconds: float


def pace(looks: Sequence[Look]) -> float:
    """Return cells a second over the later half of the time, so that a start in which the limit still grows is forgotten; 0 is unknown."""
    later = _later(looks)
    if len(later) < 2 or later[-1].at <= later[0].at:
        return 0.0
    made = sum(later[-1].made.values()) - sum(later[0].made.values())  # below 0 where rows are drawn again
    return max(0, made) / (later[-1].at - later[0].at)


def seconds_left(looks: Sequence[Look], left: Mapping[str, int], asks: Mapping[str, str]) -> float | None:
    """Return the seconds to go for so many cells `left` by column, of which `asks` names each one's model alias; None: nothing says yet.

    Models work side by side, so that the one with most to do decides. A column whose cells none made yet is taken for an average one.
    """
    if not any(left.values()):
        return 0.0
    if not looks or not (costs := _costs(looks)):
        a_second = pace(looks)
        return sum(left.values()) / a_second if a_second else None
    widths = {alias: _width(alias, looks) for alias in looks[-1].lanes}
    usual = max(widths.values())
    return max(
        max(_lane_left(_work(alias, costs, left, asks), widths.get(alias, usual), alias, looks), _due(alias, looks))
        for alias in {*widths, *asks.values()}
    )


def _lane_left(work: Work, width: float, alias: str, looks: Sequence[Look]) -> float:
    """Return the seconds until the last request of a model begins, and then until the last is answered."""
    if not work.cells:
        return 0.0
    cost = work.seconds / work.cells
    last = looks[-1].lanes.get(alias)
    if last is None or not last.took:
        return max(cost, work.seconds / width)
    first = _later(looks)[0].lanes.get(alias) or LaneLook(in_flight=0, limit=0, reaches=0)
    landed, failed = last.landed - first.landed, last.failed - first.failed
    failing, wait = (failed / landed, (last.waited - first.waited) / failed) if 0 < failed < landed else (0.0, 0.0)
    starts = min(width, work.cells) / max(cost, _INSTANT)
    return max(0.0, work.seconds / width - cost) + expected_tail(starts, lives(last.took, failing, starts, wait))


def _due(alias: str, looks: Sequence[Look]) -> float:
    """Return the seconds until what failed has been sent again and answered."""
    lane = looks[-1].lanes.get(alias)
    if lane is None or lane.again <= looks[-1].at:
        return 0.0
    return lane.again - looks[-1].at + (median(lane.took) if lane.took else 0.0)


def _work(alias: str, costs: Mapping[tuple[str, str], float], left: Mapping[str, int], asks: Mapping[str, str]) -> Work:
    """Return what is left for one model."""
    known = {column: cost for (lane, column), cost in costs.items() if lane == alias}
    usual = fmean(known.values() or costs.values())
    cells = {column: left.get(column, 0) for column in known.keys() | {column for column, lane in asks.items() if lane == alias}}
    return Work(sum(cells.values()), sum(count * known.get(column, usual) for column, count in cells.items()))


def _costs(looks: Sequence[Look]) -> dict[tuple[str, str], float]:
    """Return, by alias and column, the seconds of slots that a cell takes: of late where cells were made of late, else since the start."""
    costs: dict[tuple[str, str], float] = {}
    last, later = looks[-1], _later(looks)[0]
    for alias, lane in last.lanes.items():
        for column, spent in lane.spent.items():
            for since in (later, looks[0]):
                before = since.lanes[alias].spent.get(column, 0.0) if alias in since.lanes else 0.0
                made = last.made.get(column, 0) - since.made.get(column, 0)
                if made > 0 and spent > before:
                    costs[alias, column] = (spent - before) / made
                    break
    return costs


def _width(alias: str, looks: Sequence[Look]) -> float:
    """Return how many requests a model will have in flight: what its limit allows where that is what holds it back, else as of late."""
    now = looks[-1].lanes[alias]
    if now.in_flight >= _FULL * now.limit:
        return max(1, now.reaches)
    return max(1.0, fmean(look.lanes[alias].in_flight for look in _later(looks) if alias in look.lanes))


def _later(looks: Sequence[Look]) -> Sequence[Look]:
    if not looks:
        return looks
    middle = (looks[0].at + looks[-1].at) / 2
    return [look for look in looks if look.at >= middle] if len(looks) > 2 else looks
