"""`resyn run`."""

from __future__ import annotations

from typing import Literal

import click

from resyn.cli.notice import notice
from resyn.pipeline import Pipeline


@click.command
@click.option("--batches", metavar="N|KEYS", help="Make so many batches, or these (b00004,b00007), and end without an export.")
@click.option("--until", metavar="ROWS|TIME", help="Make whole batches until the dataset has so many rows, or for so long (90s, 10m, 2h).")
@click.option("--engine", type=click.Choice(["async", "sync"]), default="async", help="Many requests in flight, or one at a time.")
def command(batches: str | None, until: str | None, engine: Literal["async", "sync"]) -> None:
    """Plan, make all stale batches at once, run `dvc repro`.

    The rows are made in one process, and DVC records and exports them. The same bytes as `dvc repro` alone, faster. Whatever ends it, the next run goes on. Exits with 0 when the dataset is complete, 1 when it failed, 2 when what you wrote, a key or the disk has to be mended first, 3 when it stopped and can go on, 130 when it was interrupted.

    Example:
      resyn run
      resyn run --batches 3
      resyn run --until 30m
    """
    Pipeline(notice=notice).run(batches=batches, until=until, engine=engine)
