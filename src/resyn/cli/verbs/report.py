"""`resyn report`."""

from __future__ import annotations

import click

from resyn.cli.notice import notice
from resyn.cli.stage import stage
from resyn.pipeline import Pipeline


@click.command
@stage
def command() -> None:
    """Write the metrics, plots and report of the dataset.

    `dvc repro` runs this as a stage of its own.

    Example:
      resyn report
      dvc metrics diff
    """
    numbers = Pipeline(notice=notice).report()
    click.echo(f"{numbers['rows']} rows, {numbers['requests']} requests: metrics.json, plots/, report.html")
