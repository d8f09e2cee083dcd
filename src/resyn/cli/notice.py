"""Sentences that are no result: to standard error, so that results can be piped."""

from __future__ import annotations

from contextlib import suppress

import click


def notice(sentence: str) -> None:
    """Print one sentence to standard error; where nobody reads it any more, what it is about goes on all the same."""
    with suppress(OSError):
        click.echo(sentence, err=True)
