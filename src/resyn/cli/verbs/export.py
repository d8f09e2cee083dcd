"""`resyn export`."""

from __future__ import annotations

import click

from resyn.cli.notice import notice
from resyn.cli.stage import stage
from resyn.pipeline import Pipeline


@click.command
@stage
def command() -> None:
    """Merge the finished batches into the dataset.

    Writes data/dataset in the formats the config asks for. `dvc repro` runs this as a stage of its own.

    Example:
      resyn export
    """
    result = Pipeline(notice=notice).export()
    click.echo(f"{result.rows} rows, {len(result.columns)} columns:")
    for path in result.files:
        click.echo(f"  {path}")
