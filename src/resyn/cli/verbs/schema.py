"""`resyn schema`."""

from __future__ import annotations

import click

from resyn.pipeline import Pipeline


@click.command
def command() -> None:
    """Print the JSON Schema of config files.

    Editors use it to complete and check.

    Example:
      resyn schema > config.schema.json
    """
    click.echo(Pipeline.schema(), nl=False)
