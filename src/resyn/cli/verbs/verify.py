"""`resyn verify`."""

from __future__ import annotations

import click

from resyn.cli.notice import notice
from resyn.errors import ResynError
from resyn.pipeline import Pipeline


@click.command
def command() -> None:
    """Make everything again from the traces, and compare.

    For CI, after `dvc pull`: computed columns, models' columns from the answers in the traces, and the exported files. Writes nothing, needs no network and no key. Exits with 1 and a list where something differs.

    Example:
      dvc pull
      resyn verify
    """
    if problems := Pipeline(notice=notice).verify():
        raise ResynError(
            "\n  ".join(["the dataset is not what its config and traces make:", *problems]), hint="`dvc repro` mends what is stale."
        )
    click.echo("verified: plan, batches, traces and dataset are what the config and the traces make")
