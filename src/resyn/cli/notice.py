"""Sentences that are no result: to standard error, so that results can be piped."""

from __future__ import annotations

import click


def notice(sentence: str) -> None:
    """Print one sentence to standard error."""
    click.echo(sentence, err=True)
