"""A conflict in the plan section alone is nobody's to settle."""

from __future__ import annotations

import pytest

from resyn.config.conflict import conflict_line, without_plan_conflict

HEAD = "config: configs/a.yaml\nnum_records: 60\n"
TAIL = "train:\n  epochs: 3\n"
TWO_WAY = "plan:\n<<<<<<< HEAD\n  fingerprint: a\n=======\n  fingerprint: b\n>>>>>>> other\n  fingerprint_version: 1\n"
THREE_WAY = "<<<<<<< HEAD\nplan:  # ours\n  fingerprint: a\n||||||| base\n=======\nplan:\n  fingerprint: b\n>>>>>>> other\n"
RECORDS = "<<<<<<< HEAD\nnum_records: 60\n=======\nnum_records: 70\n>>>>>>> other\n"


@pytest.mark.parametrize("plan", [TWO_WAY, THREE_WAY])
@pytest.mark.parametrize("tail", ["", TAIL])
def test_a_conflict_in_the_plan_section_is_taken_out(plan: str, tail: str) -> None:
    """What is left is the file without its plan section, each line where it was."""
    settled = without_plan_conflict(HEAD + plan + tail)
    assert [line for line in settled.split("\n") if line] == (HEAD + tail).splitlines()
    assert settled.count("\n") == (HEAD + plan + tail).count("\n")
    if tail:
        assert settled.split("\n").index("train:") == (HEAD + plan + tail).split("\n").index("train:")


@pytest.mark.parametrize("text", [HEAD, HEAD + "plan:\n  fingerprint: a\n", RECORDS + TWO_WAY, RECORDS, TWO_WAY + RECORDS])
def test_any_other_file_stays_as_it_is(text: str) -> None:
    """A conflict in a key of the person's is the person's to settle."""
    assert without_plan_conflict(text) == text


def test_a_line_of_equals_signs_is_no_conflict() -> None:
    """Only a beginning with an end is."""
    assert conflict_line("a: |\n  x\n=======\n") is None
    assert conflict_line(HEAD + TWO_WAY) == 4
