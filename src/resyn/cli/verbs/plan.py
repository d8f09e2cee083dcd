"""`resyn plan`."""

from __future__ import annotations

import click

from resyn.cli.notice import notice
from resyn.cli.stage import stage
from resyn.pipeline import Pipeline


@click.command
@stage
def command() -> None:
    """Compile what you wrote into the plan.

    Reads params.yaml, its config and providers.yaml, and writes the files that DVC stages depend on. `dvc repro` does this by itself; run it to see what an edit changes, or when a message says so.

    Example:
      resyn plan
      git add batches plan
    """
    changes = Pipeline(notice=notice).plan()
    identity = "unchanged" if changes.fingerprint == changes.earlier_fingerprint else "new"
    click.echo(f"identity  {changes.fingerprint} ({identity})")
    different = {"new": changes.added, "cut anew": changes.cut, "gone": changes.removed}
    counts = ", ".join(f"{len(keys)} {what}" for what, keys in different.items() if keys)
    click.echo(f"batches   {changes.batches} ({counts or 'unchanged'})")
