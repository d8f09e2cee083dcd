"""`resyn run`."""

from __future__ import annotations

import click

from resyn.cli.notice import notice
from resyn.pipeline import Pipeline


@click.command
def command() -> None:
    """Plan, then run `dvc repro`.

    Tries again while another DVC command holds DVC's lock. Exits with the code of the stage that failed: 1 it failed, 2 what you wrote, a key or
    the disk has to be mended first, 3 it stopped and can go on, 130 it was interrupted.

    Example:
      resyn run
    """
    Pipeline(notice=notice).run()
