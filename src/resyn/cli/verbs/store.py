"""`resyn store`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from resyn.cli.notice import notice
from resyn.errors import ResynError
from resyn.pipeline import Pipeline

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group
def command() -> None:
    """Look after the stored answers.

    Example:
      resyn store stats
      resyn store gc --dry-run
    """


@command.command
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def stats(*, as_json: bool) -> None:
    """Count what is stored.

    Example:
      resyn store stats
    """
    found = Pipeline(notice=notice).store_stats()
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found), indent=1))
        return
    click.echo(f"answers  {found.answers:,} ({found.refused:,} of them refusals), {found.oldest or 'none yet'} to {found.newest or 'now'}")
    click.echo(f"tokens   {found.input_tokens:,} in, {found.output_tokens:,} out")
    click.echo(f"disk     {_size(found.store_bytes)}, staged batches {_size(found.staged_bytes)}")
    for name in found.set_aside:
        click.echo(f"damaged  {name}: set aside; `resyn store gc` removes it")


@command.command
def verify() -> None:
    """Read every stored answer and compare it with its checksum.

    Changes nothing. Exits with 1 where something is damaged.

    Example:
      resyn store verify
    """
    if problems := Pipeline(notice=notice).check_store():
        raise ResynError(
            "\n  ".join(["the response store is damaged:", *problems]), hint="`resyn doctor --fix` mends it: what can be read is kept."
        )
    click.echo("every stored answer is what was stored")


@command.command
@click.option("--dry-run", is_flag=True, help="Say what would go, and keep it.")
@click.option("--skip-missing", is_flag=True, help="Keep nothing for commits whose traces DVC's cache does not have.")
def gc(*, dry_run: bool, skip_missing: bool) -> None:
    """Let go of what nobody can use any more.

    Kept are the answers of all traces (in data/traces, and of every commit, as far as DVC's cache has them) and all that the present config can use, rows beyond num_records too. Staged batches that no stage waits for go, what seed files were made into for other configs, damaged files that were set aside, and pictures that their batches have had for a day.

    Example:
      resyn store gc --dry-run
    """
    freed = Pipeline(notice=notice).gc(dry_run=dry_run, skip_missing=skip_missing)
    word = "would go" if dry_run else "gone"
    click.echo(f"answers  {freed.answers.freed:,} {word} ({_size(freed.answers.freed_bytes)}), {freed.answers.kept:,} kept")
    for kind, paths in (("staged", freed.staged), ("seeds", freed.seeds), ("damaged", freed.set_aside)):
        for path in paths:
            click.echo(f"{kind:<8} {path} {word}")
    if freed.media:
        click.echo(f"pictures {len(freed.media):,} in .resyn/media {word}")
    click.echo(f"total    {_size(freed.bytes)}")


@command.command
@click.argument("file", type=_FILE)
def export(file: Path) -> None:
    """Write every stored answer to FILE.

    Another machine takes it with `resyn store import`.

    Example:
      resyn store export answers.parquet
    """
    click.echo(f"{Pipeline(notice=notice).export_answers(file):,} answers in {file}")


@command.command("import")
@click.argument("file", type=_FILE)
def import_(file: Path) -> None:
    """Take the answers of FILE: an export, or a trace.

    Those that are stored already stay as they are.

    Example:
      resyn store import answers.parquet
    """
    click.echo(f"{Pipeline(notice=notice).import_answers(file):,} answers are new")


@command.command
@click.option("--failed", is_flag=True, required=True, help="Forget the requests that a model refused for good.")
def forget(failed: bool) -> None:  # noqa: ARG001 - required, so that what goes is always said
    """Let requests be asked again; answers are never forgotten.

    For refusals that were the endpoint's fault. Batches that are not finished ask again at the next `dvc repro`; for finished ones it names the command.

    Example:
      resyn store forget --failed
    """
    forgotten = Pipeline(notice=notice).forget_refused()
    click.echo(f"{forgotten.count} refusals forgotten; `dvc repro` asks again")
    if forgotten.stages:
        click.echo(
            f"finished batches were made with some; to ask for those again:\n  RESYN_REGENERATE=1 dvc repro -f -s {' '.join(forgotten.stages)}"
        )


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
