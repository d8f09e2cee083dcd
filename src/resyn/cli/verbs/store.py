"""`resyn store`."""

from __future__ import annotations

import click

from resyn.cli.notice import notice
from resyn.pipeline import Pipeline


@click.group
def command() -> None:
    """Look after the stored answers.

    Example:
      resyn store forget --failed
    """


@command.command
@click.option("--failed", is_flag=True, required=True, help="Forget the requests that a model refused for good.")
def forget(failed: bool) -> None:  # noqa: ARG001 - required, so that what goes is always said
    """Let requests be asked again; answers are never forgotten.

    For refusals that were the endpoint's fault. Batches that are not finished ask again at the next `dvc repro`.

    Example:
      resyn store forget --failed
    """
    click.echo(f"{Pipeline(notice=notice).forget_refused()} refusals forgotten; `dvc repro` asks again")
