"""Stand-ins for the random generator inside Faker's providers: one goes through every choice a method has, one draws."""

from __future__ import annotations

import bisect
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from resyn.rng import Stream
from resyn.rng.tables import UNITS, weighted

MOST = 10_000
"""The most outcomes that are listed; where a method has more, as many are drawn."""


class Unlistable(Exception):
    """A method has too many outcomes to list, or works on its text in a way that a pattern does not survive."""


class Choices(ABC):
    """Answer what providers ask of `random.Random`."""

    def __init__(self) -> None:
        self._sorted: dict[int, tuple[Any, list[Any]]] = {}
        """By identity of the options, which are held so that no other object gets the same one."""

    @abstractmethod
    def pick(self, size: int) -> int:
        """Return an index in [0, size)."""

    @abstractmethod
    def weigh(self, options: Mapping[Any, float]) -> Any:
        """Return one of the options, whose values are their weights."""

    def element(self, options: Any) -> Any:
        """Return one of the options: a mapping has weights, anything else has none.

        Sorted, because Faker makes some of its lists from sets (the cities of it_IT), whose order changes from process to process.
        """
        if isinstance(options, Mapping):
            return self.weigh(options)
        if id(options) not in self._sorted:
            self._sorted[id(options)] = (options, sorted(options, key=str))
        return self.choice(self._sorted[id(options)][1])

    def choice(self, options: Sequence[Any]) -> Any:
        """Return one of the options, each as likely."""
        return options[self.pick(len(options))]

    def choices(self, options: Sequence[Any], weights: Sequence[float] | None = None, k: int = 1) -> list[Any]:
        """Return k of the options, with repetition."""
        if weights is None:
            return [self.choice(options) for _ in range(k)]
        by_index = dict(enumerate(weights))
        return [options[self.weigh(by_index)] for _ in range(k)]

    def sample(self, options: Sequence[Any], k: int) -> list[Any]:
        """Return k of the options, no position twice."""
        left = list(options)
        return [left.pop(self.pick(len(left))) for _ in range(k)]

    def randint(self, low: int, high: int) -> int:
        """Return an integer in [low, high]."""
        return low + self.pick(high - low + 1)

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        """Return a member of the range of those arguments."""
        return int(self.choice(range(start) if stop is None else range(start, stop, step)))

    def random(self) -> float:
        """Return a number in [0, 1)."""
        return self.pick(UNITS) / UNITS

    def uniform(self, low: float, high: float) -> float:
        """Return a number between the two."""
        return low + (high - low) * self.random()


class Listing(Choices):
    """Go through every outcome of a function, depth first, by calling it once for each sequence of answers it can get."""

    def __init__(self) -> None:
        super().__init__()
        self._planned: list[int] = []
        """The answers that lead to the branch at hand; beyond them the first option is taken."""
        self._taken: list[tuple[int, int]] = []
        """Each answer given in this call, and how many options there were."""
        self._weight = 1.0
        self._shares: dict[int, tuple[Mapping[Any, float], list[Any], list[float]]] = {}
        """By identity of the options, as above."""

    def outcomes(self, function: Callable[[], Any]) -> Iterator[tuple[Any, float]]:
        """Yield each outcome and its probability; the function must ask nobody else.

        Raises:
            Unlistable: there are more than `MOST`.
        """
        self._planned = []
        for _ in range(MOST):
            self._taken, self._weight = [], 1.0
            outcome = function()
            yield outcome, self._weight
            while self._taken and self._taken[-1][0] == self._taken[-1][1] - 1:
                self._taken.pop()
            if not self._taken:
                return
            self._planned = [answer for answer, _ in self._taken]
            self._planned[-1] += 1
        raise Unlistable

    def pick(self, size: int) -> int:
        """Return the answer that the branch at hand has here."""
        answer = self._answer(size)
        self._weight /= size
        return answer

    def weigh(self, options: Mapping[Any, float]) -> Any:
        """Return the option that the branch at hand has here."""
        if id(options) not in self._shares:
            total = math.fsum(options.values())  # exact; the built-in sum adds floats differently from Python 3.12 on
            self._shares[id(options)] = (options, list(options), [weight / total for weight in options.values()])
        _, values, shares = self._shares[id(options)]
        answer = self._answer(len(values))
        self._weight *= shares[answer]
        return values[answer]

    def _answer(self, size: int) -> int:
        if size > MOST:
            raise Unlistable
        depth = len(self._taken)
        answer = self._planned[depth] if depth < len(self._planned) else 0
        self._taken.append((answer, size))
        return answer


class Drawing(Choices):
    """Draw each answer from a stream."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self._words = (int(word) >> 11 for row in range(2**40) for word in stream.words(range(row, row + 1), 4096, 0)[0])
        self._tables: dict[int, tuple[Mapping[Any, float], list[Any], list[int]]] = {}
        """By identity of the options, as above."""

    def pick(self, size: int) -> int:
        """Return a drawn index."""
        return next(self._words) * size >> 53

    def weigh(self, options: Mapping[Any, float]) -> Any:
        """Return a drawn option."""
        if id(options) not in self._tables:
            self._tables[id(options)] = (options, list(options), weighted([float(weight) for weight in options.values()]).tolist())
        _, values, thresholds = self._tables[id(options)]
        return values[bisect.bisect_right(thresholds, next(self._words))]
