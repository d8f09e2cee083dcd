"""The pages hang together, and tell of every verb."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from resyn.cli import command_line

ROOT = Path(__file__).parents[2]
PAGES = {path: path.read_text() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]}


def links(page: Path) -> set[Path]:
    """Return the files that a page's relative links lead to."""
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"(?ms)^```.*?^```", "", PAGES[page]))
    return {(page.parent / target.partition("#")[0]).resolve() for target in targets if not re.match(r"[a-z]+:|#", target)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """To a file of the repository."""
    assert [link for link in links(page) if not link.exists()] == []


def test_every_page_can_be_reached() -> None:
    """From the README, over as many pages as it takes."""
    seen: set[Path] = set()
    ahead = {ROOT / "README.md"}
    while ahead:
        seen |= ahead
        ahead = {link for page in ahead for link in links(page) if link in PAGES} - seen
    assert {page for page in PAGES if page.parent != ROOT} - seen == set()


@pytest.mark.parametrize("verb", command_line().list_commands(click.Context(command_line())))
def test_every_verb_is_in_the_pages(verb: str) -> None:
    """A person finds it without asking for help."""
    assert any(re.search(rf"\bresyn {verb}\b", text) for text in PAGES.values())
