"""Pages of the documentation, as tests read them."""

from __future__ import annotations

import re
from pathlib import Path


class Page:
    """Read one Markdown page by the headings of its sections."""

    def __init__(self, path: Path) -> None:
        self.sections = dict(section.split("\n", 1) for section in re.split(r"(?m)^## ", path.read_text())[1:])

    def table(self, section: str, number: int = 0) -> dict[str, list[str]]:
        """Return a table of a section: first cell, without its code marks where it is all code → the others."""
        tables = re.findall(r"(?m)^\|(?:---\|)+\n((?:\|.*\n)+)", self.sections[section])
        rows = [[cell.strip() for cell in line[1:-1].split(" | ")] for line in tables[number].splitlines()]
        return {re.sub("^`([^`]+)`$", r"\1", first): others for first, *others in rows}

    def texts(self, section: str) -> list[str]:
        """Return the fenced texts of a section."""
        return re.findall(r"(?ms)^```\w*\n(.*?)^```$", self.sections[section])


def names(cell: str) -> list[str]:
    """Return the words that are set as code."""
    return re.findall(r"`([^`]+)`", cell)
