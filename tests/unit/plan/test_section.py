"""The plan section of params.yaml, and not one byte beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from resyn.errors import ConfigError
from resyn.plan.section import read_fingerprint, replace_section

FILE = Path("params.yaml")
VALUES: dict[str, str | int] = {"fingerprint": "sha256:" + "ab" * 32, "fingerprint_version": 1}
WRITTEN = "  fingerprint: sha256:" + "ab" * 32 + "\n  fingerprint_version: 1\n"

BEFORE = st.lists(
    st.sampled_from(
        [
            "config: configs/a.yaml  # which",
            "num_records:   60",
            "# plan: in a comment",
            "",
            "   ",
            "note: 'plan: quoted'",
            "text: |\n  plan:\n    fingerprint: no\n",
            "train: {plan: {fingerprint: mine}}",
            "planned: true",
            "nested:\n    plan:\n        fingerprint: other",
            "größe: 'ü'",
        ]
    ),
    unique=True,
)
SECTION = st.sampled_from(
    [
        "plan:\n  fingerprint: sha256:00\n  fingerprint_version: 1",
        "plan:   # mine to see\n      fingerprint: sha256:00   # old\n\n      # inside\n      fingerprint_version: 1",
        "plan:\n  fingerprint: sha256:00\n# at the margin\n  fingerprint_version: 1",
        "plan:",
        '"plan": {fingerprint: sha256:00}',
        "plan: null",
        "plan:\n<<<<<<< HEAD\n  fingerprint: sha256:00\n=======\n  fingerprint: sha256:11\n>>>>>>> other\n  fingerprint_version: 1",
        "<<<<<<< HEAD\nplan:\n  fingerprint: sha256:00\n||||||| base\n=======\nplan:\n  fingerprint: sha256:11\n>>>>>>> other",
    ]
)


def test_a_section_is_replaced() -> None:
    """The comment beside `plan:` stays."""
    old = b"config: a\nplan:  # by resyn\n  fingerprint: x\n\n# after\nmine: 1\n"
    assert replace_section(old, VALUES, FILE).decode() == f"config: a\nplan:  # by resyn\n{WRITTEN}\n# after\nmine: 1\n"


@pytest.mark.parametrize("old", ["", "config: a\n", "config: a"])
def test_a_missing_section_is_added_at_the_end(old: str) -> None:
    """A last line that was not ended is ended first."""
    end = "\n" if old and not old.endswith("\n") else ""
    assert replace_section(old.encode(), VALUES, FILE).decode() == f"{old}{end}plan:  # written by `resyn plan`\n{WRITTEN}"


def test_a_section_that_says_the_same_is_left_as_it_is_written() -> None:
    """However it is written: nothing is rewritten for its looks."""
    old = f"plan: {{fingerprint_version: 1, fingerprint: '{VALUES['fingerprint']}'}}  # odd\n".encode()
    assert replace_section(old, VALUES, FILE) == old


@given(BEFORE, SECTION, BEFORE, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_every_byte_outside_the_section_stays(
    before: list[str], section: str, after: list[str], newline: str, bom: bool, ended: bool
) -> None:
    """Comments, indents, line ends, byte-order mark, and whatever else is called plan."""
    after = [line for line in after if line not in before]
    head, tail = ("\n".join(part).replace("\n", newline) for part in ([*before, ""], ["", *after, *([""] if ended else [])]))
    head = "\ufeff" + head if bom else head
    old = head + section.replace("\n", newline) + tail
    edited = replace_section(old.encode(), VALUES, FILE).decode()
    assert edited.startswith(head)
    assert edited.endswith(tail)
    assert len(edited) - len(head) - len(tail) < len(WRITTEN) + 40
    assert yaml.safe_load(edited)["plan"] == VALUES
    assert ("\r\n" in edited) == ("\r\n" in old)
    assert replace_section(edited.encode(), VALUES, FILE).decode() == edited


@pytest.mark.parametrize("old", ["{config: a, num_records: 1}", "config: 'a\nplan:\n'\n", "config: a\n...\n", "[1, 2]"])
def test_a_file_that_cannot_take_a_section_is_refused(old: str) -> None:
    """Better no edit than a wrong one."""
    with pytest.raises(ConfigError, match=r"params\.yaml: the plan section cannot be written here") as refused:
        replace_section(old.encode(), VALUES, FILE)
    assert f"fingerprint: {VALUES['fingerprint']}" in refused.value.hint


@pytest.mark.parametrize("text", [None, "", "plan:", "plan: 3", "plan: {}", "plan: [", "- 1"])
def test_a_missing_fingerprint_names_the_command_that_writes_it(tmp_path: Path, text: str | None) -> None:
    """Whatever is wrong with the file."""
    if text is not None:
        (tmp_path / "params.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"no plan\.fingerprint\n  run `resyn plan`"):
        read_fingerprint(tmp_path / "params.yaml")
