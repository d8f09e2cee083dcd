"""Texts of a column filled in with a row, and the messages made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resyn.errors import ResynError
from resyn.templates import compiled, references
from resyn.templates.environment import FAILURES

MAX_CHARACTERS = 512_000
"""Data Designer's bound on a rendered template."""


class Text:
    """Render one template of a column; `field` is where the config holds it."""

    def __init__(self, column: str, field: str, source: str) -> None:
        self.names = tuple(sorted(references(source)))
        self._where = f"column '{column}', `{field}`"
        self._render = compiled(source)

    def render(self, row: int, values: Mapping[str, Any]) -> str:
        """Return the text for a row.

        Raises:
            ResynError: the template fails on these values; names column, field, row and what it met.
        """
        try:
            text = self._render(values)
        except FAILURES as error:
            raise ResynError(f"{self._where}, row {row}: {error}", hint="mend the template, then run `dvc repro`") from error
        if len(text) > MAX_CHARACTERS:
            raise ResynError(f"{self._where}, row {row}: the text has {len(text):,} characters, more than {MAX_CHARACTERS:,}")
        return text


class Prompt:
    """Make the messages of a column's first turn."""

    def __init__(self, column: str, prompt: str, system_prompt: str) -> None:
        self._system = Text(column, "system_prompt", system_prompt) if system_prompt else None
        self._user = Text(column, "prompt", prompt)

    def messages(self, row: int, values: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
        """Return the system message, where there is one, and the user's.

        Raises:
            ResynError: a template fails on these values.
        """
        user = {"role": "user", "content": self._user.render(row, values)}
        return (user,) if self._system is None else ({"role": "system", "content": self._system.render(row, values)}, user)
