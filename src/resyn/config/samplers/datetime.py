"""The `datetime` sampler."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, ValidationInfo, field_validator

from resyn.columns.conversion import DIRECTIVES
from resyn.config.samplers.params import SamplerParamsConfig
from resyn.config.written import refusal
from resyn.spec.samplers.datetime import Datetime


def _moment(text: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise refusal(f"must be a date such as 2026-01-31 or 2026-01-31T08:30:00, not '{text}'") from error
    if moment.tzinfo:
        raise refusal(f"must not have a time zone: '{text}'", hint="leave out the Z or the offset")
    return moment.isoformat(timespec="seconds")


Moment = Annotated[str, AfterValidator(_moment)]
"""An ISO-8601 moment to the second, written in full."""


def no_date_format(convert_to: str) -> str | None:
    """Return why `convert_to` is no format of a moment, a sentence without its subject, or None."""
    directives = re.findall("%(.?)", convert_to)
    if not directives:
        return f"must be a format such as %Y-%m-%d, not '{convert_to}'"
    unknown = [letter for letter in directives if not letter or letter not in DIRECTIVES + "f"]
    return f"has %{unknown[0]}, which is not written alike everywhere" if unknown else None


class DatetimeSamplerParams(SamplerParamsConfig):
    """A moment between two."""

    sampler_type: Literal["datetime"] = "datetime"
    start: Moment
    """The first moment."""
    end: Moment
    """The end of the range, not reached itself."""
    unit: Literal["Y", "M", "D", "h", "m", "s"] = "D"
    """The resolution: year, month, day, hour, minute or second."""

    @field_validator("end")
    @classmethod
    def _after_start(cls, end: str, info: ValidationInfo) -> str:
        start = info.data.get("start")
        if start and dt.datetime.fromisoformat(start) >= dt.datetime.fromisoformat(end):
            raise refusal(f"must be later than 'start': {end} is not after {start}")
        return end

    def cannot_become(self, convert_to: str) -> str | None:
        """Return why not, for a format that says nothing about the moment, or not the same on every machine."""
        return no_date_format(convert_to)

    def compile(self) -> Datetime:
        """Return the parameters as the engine reads them."""
        return Datetime(start=self.start, end=self.end, unit=self.unit)
