"""What a person probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known word most like `word` but for case, if one is like it at all (ratio of difflib ≥ `cutoff`)."""
    words = {item.casefold(): item for item in known}
    return next((words[match] for match in difflib.get_close_matches(word.casefold(), words, n=1, cutoff=cutoff)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " (did you mean 'prompt'?)", or nothing."""
    guess = nearest(word, known)
    return f" (did you mean '{guess}'?)" if guess else ""
