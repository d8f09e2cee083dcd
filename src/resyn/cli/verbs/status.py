"""`resyn status`."""

from __future__ import annotations

import dataclasses
import json

import click

from resyn.cli.notice import notice
from resyn.pipeline import Pipeline


@click.command
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def command(*, as_json: bool) -> None:
    """Show how far the dataset is, and what is next.

    Changes nothing and asks no model.

    Example:
      resyn status
      resyn status --json
    """
    status = Pipeline(notice=notice).status()
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(status), indent=1))
        return
    click.echo(f"identity  {status.fingerprint}")
    click.echo(f"batches   {len(status.finished)} finished, {len(status.open)} open, {len(status.to_do)} to do")
    click.echo(f"answers   {status.answers} stored")
    if status.spent:
        requests, tokens_in, tokens_out = map(sum, zip(*status.spent.values(), strict=True))
        cost = "" if status.dollars is None else f", ${status.dollars:,.2f}"
        click.echo(f"spent     {requests:,} requests, {tokens_in:,} tokens in and {tokens_out:,} out{cost}")
    if status.rejected:
        click.echo(f"rejected  {status.rejected} rows: .resyn/rejects has their last answers; mend the prompt, then run `resyn run`")
    click.echo("dvc repro")
    for sentence in status.next:
        click.echo(f"  {sentence}")
