"""Every verb says what it is for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from resyn.cli import command_line

VERBS = {"export", "generate", "grow", "init", "models", "plan", "report", "run", "schema", "status", "testserver"}
HEAVY = ("aiohttp", "asyncio", "dvc", "faker", "jinja2", "numpy", "psutil", "pyarrow", "pydantic", "yaml")


def paths(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command."""
    context = click.Context(group)
    for name in group.list_commands(context):
        yield (*above, name)
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from paths(command, (*above, name))


def test_verbs_are_found_by_the_names_of_their_files() -> None:
    """A verb is a file to add, none to edit."""
    assert set(command_line().list_commands(click.Context(command_line()))) >= VERBS


@pytest.mark.parametrize("words", [(), *paths(command_line())], ids=" ".join)
def test_every_help_has_an_example(words: tuple[str, ...]) -> None:
    """Laid out as it is typed, for the verb it is the help of."""
    result = CliRunner().invoke(command_line(), [*words, "-h"], prog_name="resyn")
    assert result.exit_code == 0
    example = result.output.partition("\n  Example:\n")[2].partition("\n\n")[0]
    assert f"    resyn {' '.join(words)}".rstrip() in example


def test_the_list_of_verbs_has_no_cut_sentence() -> None:
    """Each first sentence fits a terminal of 80 columns."""
    listed = CliRunner().invoke(command_line(), ["-h"], prog_name="resyn").output.partition("Commands:\n")[2]
    assert all(line.endswith(".") and not line.endswith("...") for line in listed.splitlines())


def test_the_list_of_verbs_loads_nothing_heavy() -> None:
    """It answers in a tenth of a second."""
    code = f"import sys; from resyn.cli import command_line; command_line().main(['-h'], standalone_mode=False); sys.exit(str({HEAVY} & sys.modules.keys()))"
    code = code.replace(str(HEAVY), str(set(HEAVY)))
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.stderr == "set()\n"
