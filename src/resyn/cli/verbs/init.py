"""`resyn init`."""

from __future__ import annotations

from pathlib import Path

import click

from resyn.cli.notice import notice
from resyn.pipeline import Pipeline


@click.command
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
def command(folder: Path) -> None:
    """Make a project in DIR, with an example that runs.

    Runs `git init` and `dvc init` where they are missing, plans the example, and stages all with git; it commits nothing.

    Example:
      resyn init demo && cd demo
      dvc repro
    """
    Pipeline.init(folder, notice=notice)
    click.echo(f"{folder}: a project that is planned and staged with git; next: cd {folder} && dvc repro")
