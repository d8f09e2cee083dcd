"""Each mistake in params.yaml has one clear message that names the line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from resyn.config import load
from resyn.errors import ConfigError
from resyn.project import Project

Edit = Callable[[str, str, str], None]
Refused = Callable[[], ConfigError]

BAD = {
    "no records": ("num_records: 60", "num_records: 0", 2, "'num_records' must be at least 1, not 0"),
    "fewer than none": ("num_records: 60", "num_records: -1", 2, "'num_records' must be at least 1, not -1"),
    "too many records": ("num_records: 60", "num_records: 1000000000000", 2, "'num_records' must be at most 10,000,000,000, not 1000000000000"),
    "an exponent": ("num_records: 60", "num_records: 1e12", 2, "'num_records' must be a whole number, not '1e12'"),
    "a word": ("num_records: 60", "num_records: ten", 2, "'num_records' must be a whole number, not 'ten'"),
    "a text": ("num_records: 60", "num_records: '60'", 2, "'num_records' must be a whole number, not '60'"),
    "a fraction": ("num_records: 60", "num_records: 2.5", 2, "'num_records' must be a whole number, not 2.5"),
    "a switch": ("num_records: 60", "num_records: true", 2, "'num_records' must be a whole number, not true"),
    "nothing": ("num_records: 60", "num_records:", 2, "'num_records' must be a whole number, not nothing"),
    "no batch": ("batch_size: 20", "batch_size: 0", 3, "'batch_size' must be at least 1, not 0"),
    "too many batches": ("num_records: 60", "num_records: 10_000_000", 3, "'batch_size' of 20 makes 500,000 batches of 10,000,000 records; at most 100,000"),
    "negative seed": ("seed: 20261123", "seed: -1", 4, "'seed' must be at least 0, not -1"),
    "seed beyond JSON": ("seed: 20261123", "seed: 9007199254740992", 4, "9007199254740992 is too large"),
    "negative draw": ("draw: 0", "draw: -1", 5, "'draw' must be at least 0, not -1"),
    "no date": ("reference_date: 2026-01-01", "reference_date: 2026-13-01", 6, "'reference_date' must be a date such as 2026-01-31, not '2026-13-01'"),
    "key missing": ("seed: 20261123\n", "", 1, "'seed' is missing"),
    "key nearly right": ("num_records", "num_record", 2, "unknown key 'num_record' (did you mean 'num_records'?)"),
    "key twice": ("draw: 0", "seed: 0", 5, "key 'seed' is given twice, here and on line 4"),
    "no file": ("configs/tickets.yaml", "configs/ticket.yaml", 1, "'config' names configs/ticket.yaml, which does not exist"),
    "a folder": ("configs/tickets.yaml", "configs", 1, "'config' names configs, which is a folder"),
    "elsewhere": ("configs/tickets.yaml", "configs/../tickets.yaml", 1, "a config must be in configs/, or DVC would not see it change"),
    "absolute": ("configs/tickets.yaml", "/etc/hosts", 1, "a config must be in configs/"),
    "a number for a path": ("configs/tickets.yaml", "5", 1, "'config' must be text, not 5"),
    "conflict": ("draw: 0", "<<<<<<< HEAD\ndraw: 0\n=======\ndraw: 1\n>>>>>>> other", 5, "a merge conflict that is not settled"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "message"), BAD.values(), ids=BAD)
def test_a_mistake_has_one_clear_message(old: str, new: str, line: int, message: str, edit: Edit, refused: Refused) -> None:
    """The message names the file, the line, the key and what it holds."""
    edit("params.yaml", old, new)
    error = refused()
    assert message in error.message
    assert error.message.startswith(f"params.yaml:{line}: "), error.message


def test_without_a_reference_date_it_says_why_one_is_needed(edit: Edit, refused: Refused) -> None:
    """Ages would change with the day of the run."""
    edit("params.yaml", "reference_date: 2026-01-01\n", "")
    error = refused()
    assert error.message == "params.yaml: 'reference_date' is missing: ages must not depend on today"
    assert "reference_date: " in error.hint


def test_without_params_it_names_the_command_that_makes_them(project: Project, refused: Refused) -> None:
    """A folder that is no project."""
    project.params.unlink()
    error = refused()
    assert error.message == "params.yaml: there is no params.yaml here"
    assert "resyn init" in error.hint


def test_a_link_that_leads_out_of_configs_is_refused(project: Project, tmp_path: Path, refused: Refused) -> None:
    """DVC would not see the file behind it change."""
    config = project.root / "configs" / "tickets.yaml"
    config.rename(tmp_path / "elsewhere.yaml")
    config.symlink_to(tmp_path / "elsewhere.yaml")
    assert "a config must be in configs/" in refused().message


def test_a_config_that_is_not_there_is_told_with_those_that_are(edit: Edit, refused: Refused) -> None:
    """The hint lists the folder."""
    edit("params.yaml", "configs/tickets.yaml", "configs/ticket.yaml")
    assert "configs/text_to_python.yaml, configs/text_to_sql.yaml, configs/the-basics.yaml, configs/tickets.yaml" in refused().hint


def test_keys_of_the_owners_own_stages_are_left_alone(project: Project, edit: Edit) -> None:
    """Other stages have parameters too, even ones like ours, and YAML that a config may not hold."""
    edit("params.yaml", "train:\n", "seeds: [1, 2]\nlimit: .inf\nwhen: !!timestamp 2026-01-01\ntrain:\n")
    assert load(project).params.seed == 20261123


def test_draw_is_zero_where_it_is_left_out(project: Project, edit: Edit) -> None:
    """The one parameter with a default."""
    edit("params.yaml", "draw: 0\n", "")
    assert load(project).params.draw == 0
