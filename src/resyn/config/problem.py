"""What is wrong between sections that are right by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from resyn.config.document import Document, Loc
from resyn.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Say what is wrong at `loc`."""

    loc: Loc
    message: str
    hint: str = ""
    text_line: int = 0
    """The line, from 1, inside the text at `loc`."""
    first: Loc | None = None
    """Where the same thing was said before."""

    def error(self, document: Document) -> ConfigError:
        """Return the error about this problem in its file."""
        before = f" (the first one is on line {document.line(self.first)})" if self.first else ""
        return document.error(self.message + before, self.loc, hint=self.hint, text_line=self.text_line)


class Incomplete(Exception):
    """A section that a file of the project cannot complete; says what is wrong, placed from the section."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem
