"""`resyn testserver`."""

from __future__ import annotations

import dataclasses
from typing import Any

import click

from resyn.pipeline import Pipeline


class _FromOptions(click.Command):
    """Take an option for each field of the server's `Options`, read when they are needed: listing the verbs loads no server."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters."""
        from resyn.testing.options import Options

        if not self.params:
            self.params = [_option(field) for field in dataclasses.fields(Options) if field.name != "replies"]
        return super().get_params(ctx)


def _option(field: dataclasses.Field[Any]) -> click.Option:
    flag, default = f"--{field.name.replace('_', '-')}", field.default
    words = field.metadata["help"]
    if isinstance(default, bool):
        return click.Option([flag], is_flag=True, help=words)
    if isinstance(default, tuple):
        return click.Option([flag], multiple=True, default=default, show_default=bool(default), help=words)
    return click.Option([flag], type=type(default), default=default, show_default=default != "", help=words)


@click.command(cls=_FromOptions)
def command(**values: Any) -> None:
    """Serve repeatable answers in place of a model.

    To try a pipeline before paying for it: chat completions on 127.0.0.1, with the latency and the faults you ask for. Name the printed endpoint in providers.yaml. `--models`, `--faults` and `--rejects` can be given several times.

    Example:
      resyn testserver --port 8089
      resyn testserver --port 8089 --latency-ms 300 --fault-rate 0.1 --faults 429
    """
    from resyn.testing.options import change

    Pipeline.testserver(change(None, values))
