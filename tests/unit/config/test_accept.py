"""What a person may write in `accept`, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resyn.config import load
from resyn.errors import ConfigError
from resyn.project import Project

Write = Callable[[str, str], None]
Refused = Callable[[], ConfigError]
CONFIG = """\
columns:
  - {{name: n, column_type: sampler, sampler_type: poisson, params: {{mean: 3}}}}
accept: {}
"""


@pytest.mark.parametrize(("written", "accept"), [("n > 2", ("n > 2",)), ("[n > 2, n < 9]", ("n > 2", "n < 9")), ("[]", ()), ("", ())])
def test_conditions_are_one_or_many(project: Project, write: Write, written: str, accept: tuple[str, ...]) -> None:
    """A bound of candidates is part of the identity only where there is one."""
    write("configs/tickets.yaml", CONFIG.format(written))
    program = load(project).program
    assert (program.accept, program.max_candidates) == (accept, 10 if accept else None)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "[n > 2, m > 3]",
            "configs/tickets.yaml:3: 'accept': the condition 'm > 3' names 'm', and there is no such column",
        ),
        ("'{{ n > 2 }}'", "is no Jinja expression"),
        ("n >", "'accept': the condition 'n >' is no Jinja expression"),
        ("'true'", "'accept': the condition 'true' names no column, so it is the same for every row"),
        ("[3]", "'accept[0]' must be text"),
        ("n > 2\nmax_candidates: 0", "'max_candidates' must be at least 1"),
    ],
)
def test_what_is_no_condition_is_told_with_its_line(write: Write, refused: Refused, written: str, message: str) -> None:
    """Before anything is asked."""
    write("configs/tickets.yaml", CONFIG.format(written))
    assert message in refused().message
