"""`resyn generate`."""

from __future__ import annotations

import click

from resyn.cli.notice import notice
from resyn.cli.progress import view
from resyn.cli.stage import stage
from resyn.cli.without_pandas import without_pandas
from resyn.pipeline import Pipeline


@click.command
@click.argument("key")
@stage
def command(key: str) -> None:
    """Make the batch KEY of the plan.

    Writes its rows, and the model answers behind them. `dvc repro` runs this as a stage for each batch. Answers that are stored are not asked for again.

    Example:
      resyn generate b00000
    """
    pipeline = Pipeline(notice=notice)
    report = pipeline.adopt(key)
    if report is None:
        without_pandas()
        report = pipeline.generate(key, watch=view())
    click.echo(report)
