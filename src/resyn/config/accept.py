"""What is wrong with `accept`: conditions that are none, or that read no column of the row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem
from resyn.templates import TemplateError, references
from resyn.templates.expressions import expression


def accept_problems(conditions: Iterable[str], outputs: Iterable[str]) -> Iterator[Problem]:
    """Yield what is wrong with conditions over these columns; they can read nothing else, so that a row is judged by itself."""
    names = list(outputs)
    for index, condition in enumerate(conditions):
        said = f"'accept': the condition '{condition}'"
        try:
            expression(condition)
            found = references(f"{{{{ {condition} }}}}")
        except TemplateError as error:
            hint = 'write it without {{ }}, such as "check.is_valid and score > 3"'
            yield Problem(loc=("accept", index), message=f"{said} is no Jinja expression: {error}", hint=hint)
            continue
        for name in sorted(found - set(names)):
            yield Problem(loc=("accept", index), message=f"{said} names '{name}', and there is no such column{did_you_mean(name, names)}")
        if not found:
            yield Problem(loc=("accept", index), message=f"{said} names no column, so it is the same for every row")
