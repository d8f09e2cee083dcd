"""Birth dates that fit an age."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from resyn.rng.stream import Words, below

_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class BirthDates:
    """Hold, for each age from `youngest` on, the first birth date it has at the reference date, and how many it has."""

    youngest: int
    first: npt.NDArray[np.int64]
    """Days since 1970-01-01."""
    days: npt.NDArray[np.int64]

    @classmethod
    def of(cls, reference: dt.date, ages: tuple[int, int]) -> BirthDates:
        """Return the birth dates of ages `ages[0]` to `ages[1]`, both included."""
        youngest, oldest = ages
        last = np.array([(_last(reference, age) - _EPOCH).days for age in range(youngest, oldest + 2)])
        return cls(youngest, last[1:] + 1, last[:-1] - last[1:])

    def ages(self, words: Words) -> npt.NDArray[np.int64]:
        """Return an age for each word, each as likely."""
        return below(words, len(self.first)) + self.youngest

    def dates(self, ages: npt.NDArray[np.int64], words: Words) -> pa.Array:
        """Return an ISO date for each age and word, each day of the year of that age as likely."""
        year = ages - self.youngest
        days = self.first[year] + below(words, self.days[year].astype(np.uint64))
        return pa.array(days.astype(np.int32), pa.date32()).cast(pa.string())


def _last(reference: dt.date, age: int) -> dt.date:
    """Return the last day on which someone of this age can have been born; who was born on 29 February turns older on 1 March."""
    year = reference.year - age
    try:
        return reference.replace(year=year)
    except ValueError:
        return dt.date(year, 2, 28)
