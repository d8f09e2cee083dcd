"""Verbs, found by the names of their files; only those that are asked for are imported."""

from __future__ import annotations

import importlib
import pkgutil
from inspect import cleandoc
from typing import Any

import click

from resyn.cli import verbs


class Verbs(click.Group):
    """Find each verb in the file of its name, as `command`."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        _keep_examples(self)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all verbs."""
        return sorted(module.name for module in pkgutil.iter_modules(verbs.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one verb, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"{verbs.__name__}.{cmd_name}").command
        _keep_examples(command)
        return command


def _keep_examples(command: click.Command) -> None:
    # A backspace on a line of its own is click's sign for a paragraph that must not be filled.
    command.help = cleandoc(command.help or "").replace("\n\nExample:\n", "\n\n\b\nExample:\n")
    for verb in getattr(command, "commands", {}).values():
        _keep_examples(verb)
