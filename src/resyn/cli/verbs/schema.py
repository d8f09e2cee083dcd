"""`resyn schema`."""

from __future__ import annotations

import json

import click

from resyn.pipeline import Pipeline


@click.command
def command() -> None:
    """Print the JSON Schema of config files.

    Editors use it to complete and check.

    Example:
      resyn schema > schema.json
    """
    click.echo(json.dumps(Pipeline.schema(), indent=1))
