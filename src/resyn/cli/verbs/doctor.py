"""`resyn doctor`."""

from __future__ import annotations

import click

from resyn.cli.notice import notice
from resyn.errors import ResynError
from resyn.pipeline import Pipeline


@click.command
@click.option("--fix", is_flag=True, help="Mend what is found; nothing is lost.")
def command(*, fix: bool) -> None:
    """Find what is known to go wrong in a project, and mend it.

    Torn or stale locks of DVC, a damaged store, what killed processes left, files that fit no plan, a plan that fits no config, versions that break. Exits with 1 while something is left to mend.

    Example:
      resyn doctor
      resyn doctor --fix
    """
    findings = Pipeline(notice=notice).doctor(fix=fix)
    left, mendable = 0, False
    for finding in findings:
        is_mended = fix and finding.mend is not None
        left += not is_mended
        mendable |= finding.mend is not None
        click.echo(finding.what)
        click.echo(f"  {'' if is_mended or finding.mend is None else 'with --fix: '}{finding.remedy}")
    if left:
        raise ResynError(
            f"{left} of {len(findings)} findings are left to mend", hint="run `resyn doctor --fix`" if mendable and not fix else ""
        )
    click.echo(f"{len(findings)} findings, all mended" if findings else "nothing is wrong")
