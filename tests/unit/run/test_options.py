"""What a person may ask of a run in Python."""

from __future__ import annotations

from typing import Any

import pytest

from resyn.errors import ConfigError
from resyn.run.options import read


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"unitl": "10m"}, TypeError, "no option 'unitl', only batches, until, "),
        ({"engine": "asink"}, ConfigError, "engine is 'asink'\n  set it to async or sync"),
        ({"resume": "sometimes"}, ConfigError, "resume is 'sometimes'"),
        ({"until": -1}, ConfigError, "--until is '-1'"),
    ],
)
def test_an_option_that_says_nothing_is_refused(options: dict[str, Any], error: type[Exception], words: str) -> None:
    """Ignored, a misspelt bound would let a run pay for all of a dataset."""
    with pytest.raises(error, match=words):
        read(options, lambda: False, lambda _: None)  # type: ignore[arg-type] # what is asked for wrongly
