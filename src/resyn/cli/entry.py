"""From the words of a command line to a verb, and from its error to words and an exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import click

from resyn.cli.failure import failure_of, write_traceback
from resyn.cli.group import Verbs

_HELP = """Make synthetic datasets as a DVC pipeline.

Example:
  resyn init demo && cd demo
  dvc repro
"""
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def run() -> NoReturn:
    """Run one verb and exit with its code."""
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under `nohup`
        signal.signal(signal.SIGHUP, _interrupt)
    try:
        code = group().main(prog_name="resyn", standalone_mode=False) or 0
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = error.exit_code
    except SystemExit:  # click's answer to `resyn … | head`
        raise
    except BrokenPipeError:  # the same, when what was printed last is flushed
        code = 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python would complain when it exits
    except BaseException as error:  # noqa: BLE001 - the one place where every error ends
        code = _fail(error)
    gc.freeze()  # or Python looks through every object for cycles once more before it ends: 0.1 s of CPU after 5,000 rows
    sys.exit(code)


def group() -> click.Group:
    """Return the command that holds all verbs."""
    verbs = Verbs(name="resyn", help=_HELP, context_settings=_CONTEXT)
    return click.version_option(package_name="resyn", message="%(prog)s %(version)s")(verbs)


def _fail(error: BaseException) -> int:
    failure = failure_of(error)
    with suppress(OSError):
        click.echo(f"error: {failure}", err=True)
        if failure.unexpected:
            click.echo(f"  {write_traceback(error)}", err=True)
    return failure.code


def _interrupt(number: int, _: FrameType | None) -> NoReturn:
    # The argument tells it from Ctrl-C, which a terminal sends to DVC and its stages as well.
    raise KeyboardInterrupt(signal.Signals(number))
