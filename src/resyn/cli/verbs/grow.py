"""`resyn grow`."""

from __future__ import annotations

import click

from resyn.cli.notice import notice
from resyn.cli.stage import stage
from resyn.pipeline import Pipeline


@click.command
@stage
def command() -> None:
    """Make the planned batches that are not there.

    `dvc repro` runs this as a stage of its own, for batches that its own plan stage added.

    Example:
      resyn grow
    """
    grown = Pipeline(notice=notice).grow()
    click.echo(f"{grown.planned} batches, {len(grown.stale) or 'none'} of them to be made here")
