"""`resyn run`."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import click

from resyn.cli.failure import failure_of
from resyn.cli.notice import notice
from resyn.cli.progress import LogFormat, view
from resyn.errors import ResynError
from resyn.pipeline import Pipeline
from resyn.resume import ResumeMode

if TYPE_CHECKING:
    from resyn.engine.progress import Snapshot
    from resyn.run.estimate import ColumnEstimate, Estimate


class _Options(TypedDict):
    batches: str | None
    until: str | None
    engine: Literal["async", "sync"]
    resume: str
    dry_run: bool
    log_format: LogFormat
    metrics_port: int | None


@click.command
@click.option("--batches", metavar="N|KEYS", help="Make so many batches, or these (b00004,b00007), and end without an export.")
@click.option("--until", metavar="ROWS|TIME", help="Make whole batches until the dataset has so many rows, or for so long (90s, 10m, 2h).")
@click.option("--engine", type=click.Choice(["async", "sync"]), default="async", help="Many requests in flight, or one at a time.")
@click.option("--dry-run", is_flag=True, help="Say how many requests are needed and what they cost; ask and write nothing.")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", help="Progress for a person, or a JSON object a line.")
@click.option("--metrics-port", type=click.IntRange(1, 65_535), help="Serve figures for Prometheus at http://127.0.0.1:PORT/metrics.")
@click.option(
    "--resume",
    type=click.Choice([str(mode) for mode in ResumeMode]),
    default=str(ResumeMode.IF_POSSIBLE),
    help="What to do with what is there: start fresh, go on or say why not, or whatever fits.",
)
def command(**options: Unpack[_Options]) -> None:
    """Plan, make all stale batches at once, run `dvc repro`.

    The rows are made in one process, and DVC records and exports them. The same bytes as `dvc repro` alone, faster. Whatever ends it, the next run goes on. Exits with 0 when the dataset is complete, 1 when it failed, 2 when what you wrote, a key or the disk has to be mended first, 3 when it stopped and can go on, 130 when it was interrupted.

    Example:
      resyn run
      resyn run --dry-run
      resyn run --until 30m
      resyn run --resume never
    """
    pipeline = Pipeline(notice=notice if options["log_format"] == "text" else _json_notice)
    if options["dry_run"]:
        _show(pipeline.estimate(batches=options["batches"], until=options["until"]))
        return
    with ExitStack() as stack:
        watchers = [view(options["log_format"])]
        if options["metrics_port"]:
            from resyn.run.prometheus import serving

            watchers.append(stack.enter_context(serving(options["metrics_port"])))

        def watch(snapshot: Snapshot) -> None:
            for watcher in watchers:
                watcher(snapshot)

        try:
            pipeline.run(
                batches=options["batches"], until=options["until"], engine=options["engine"], resume=options["resume"], watch=watch
            )
        except (ResynError, KeyboardInterrupt) as error:
            if options["log_format"] == "text":
                raise
            failure = failure_of(error)
            notice(json.dumps({"event": "error", "code": failure.code, "message": failure.message, "hint": failure.hint}))
            raise click.exceptions.Exit(failure.code) from error


def _json_notice(sentence: str) -> None:
    notice(json.dumps({"event": "notice", "message": sentence}))


def _show(estimate: Estimate) -> None:
    click.echo(f"{estimate.rows:,} rows in {estimate.batches:,} batches to make")
    for column in estimate.columns:
        click.echo(f"{column.column}  {_words(column)}, {_cost(column.dollars)}")
    for name in estimate.uncounted:
        click.echo(f"{name}  its function asks models as it goes: not counted")
    requests = f"{estimate.exact:,} requests for certain, about {estimate.estimated:,} more"
    click.echo(f"in all  {requests}, {_cost(estimate.dollars)}; tokens and cost are estimates, nothing was asked")


def _words(column: ColumnEstimate) -> str:
    return (
        f"{column.model}: {column.stored:,} stored, {column.exact:,} to ask for certain (looked up), "
        f"about {column.estimated:,} more (their inputs are not made yet), "
        f"about {column.input_tokens:,} tokens in, {column.output_tokens:,} out"
    )


def _cost(dollars: float | None) -> str:
    return "cost unknown" if dollars is None else f"about ${dollars:,.4f}"
