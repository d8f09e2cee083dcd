"""The `timedelta` sampler."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Literal, TypeGuard

from pydantic import Field, ValidationInfo, field_validator

from resyn.columns.moments import FIELDS, places
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem
from resyn.config.samplers.datetime import no_date_format
from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.written import Name, Whole, refusal
from resyn.spec import Column
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers import SamplerParams
from resyn.spec.samplers.datetime import Datetime
from resyn.spec.samplers.timedelta import MAX_UNITS, SECONDS, Timedelta

_UNITS = "YMDhms"
"""From the coarsest to the finest, as `FIELDS` are: what a moment at each has to tell."""
_END = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC).timestamp()


class TimeDeltaSamplerParams(SamplerParamsConfig):
    """A moment some time after that of another column."""

    sampler_type: Literal["timedelta"] = "timedelta"
    dt_min: Whole = Field(ge=0)
    """The shortest time, in units."""
    dt_max: Whole = Field(le=MAX_UNITS)
    """The end of the range, not reached itself."""
    reference_column_name: Name
    """The datetime or timedelta column that the time is added to."""
    unit: Literal["D", "h", "m", "s"] = "D"
    """The unit and the resolution: day, hour, minute or second."""

    @field_validator("dt_max")
    @classmethod
    def _more_than_least(cls, dt_max: int, info: ValidationInfo) -> int:
        if dt_max <= (least := info.data.get("dt_min", dt_max - 1)):
            raise refusal(f"must be more than 'dt_min': {dt_max} is not more than {least}")
        return dt_max

    def cannot_become(self, convert_to: str) -> str | None:
        """Return why not, for a format that says nothing about the moment, or not the same on every machine."""
        return no_date_format(convert_to)

    def problems(self, column: str, columns: Mapping[str, Column]) -> Iterator[Problem]:
        """Yield why the reference column does not say a moment to the second that a time could be added to."""
        reference = columns.get(self.reference_column_name)
        named = f"column '{column}': 'reference_column_name' names '{self.reference_column_name}'"
        if not _has_moments(reference):
            others = [name for name, other in columns.items() if _has_moments(other) and name != column]
            why = "which is not a datetime or timedelta sampler" if reference else "which does not exist"
            guess = did_you_mean(self.reference_column_name, others)
            yield Problem(loc=("reference_column_name",), message=f"{named}, {why}{guess}")
            return
        finest = max(_reach(params, columns)[0] for params in reference.every_params)
        told = places(reference.convert_to) if reference.convert_to else FIELDS
        if missing := [field for field in FIELDS[: finest + 1] if field not in told]:
            message = f"{named}, whose 'convert_to' does not tell %{missing[0]} at a fixed place"
            hint = f"let '{reference.convert_to}' begin with %{' %'.join(FIELDS[: finest + 1])}, or take it out"
            yield Problem(loc=("reference_column_name",), message=message, hint=hint)
        if _reach(self.compile(), columns)[1] > _END:
            yield Problem(loc=("dt_max",), message=f"column '{column}': 'dt_max' leads beyond the year 9999")

    def compile(self) -> Timedelta:
        """Return the parameters as the engine reads them."""
        return Timedelta(dt_min=self.dt_min, dt_max=self.dt_max, reference_column_name=self.reference_column_name, unit=self.unit)


def _has_moments(column: Column | None) -> TypeGuard[Sampler]:
    return isinstance(column, Sampler) and isinstance(column.params, Datetime | Timedelta)


def _reach(params: SamplerParams, columns: Mapping[str, Column], above: tuple[SamplerParams, ...] = ()) -> tuple[int, float]:
    """Return the finest unit that moments are drawn in, as its place in `_UNITS`, and the latest one, in seconds since 1970."""
    if isinstance(params, Datetime):
        return _UNITS.index(params.unit), dt.datetime.fromisoformat(params.end).replace(tzinfo=dt.UTC).timestamp()
    if not isinstance(params, Timedelta) or params in above:  # a cycle is told elsewhere
        return 0, 0.0
    reference = columns.get(params.reference_column_name)
    before = [_reach(each, columns, (*above, params)) for each in reference.every_params] if isinstance(reference, Sampler) else []
    finest, latest = (max(numbers) for numbers in zip((0, 0.0), *before, strict=True))
    return max(finest, _UNITS.index(params.unit)), latest + (params.dt_max - 1) * SECONDS[params.unit]
