"""What a run does with what is on disk: the table of docs/resume.md, a line each."""

from __future__ import annotations

from typing import Any

import pytest

from resyn.resume import Action, Asked, Identity, OnDisk, ResumeMode, decide, differences

NOTHING: dict[str, Any] = {
    "identity": Identity.NONE,
    "scheme": 1,
    "finished": 0,
    "finished_rows": 0,
    "answers": 0,
    "is_complete": False,
    "edited": (),
    "fitting": (),
    "unfitting": 0,
    "changed": (),
}
SOME = {**NOTHING, "identity": Identity.SAME, "finished": 2, "finished_rows": 8, "answers": 20}
OTHER = {**SOME, "identity": Identity.OTHER, "changed": ("column 'text' changed", "seed 7 → 8")}
RUN, FRESH, REST, REFUSE = Action.RUN, Action.FRESH, Action.REST, Action.REFUSE

TABLE: list[tuple[str, dict[str, Any], tuple[Action, Action, Action], str]] = [
    # what is on disk, never, always, if_possible, what the refusal or the notice names
    ("nothing", NOTHING, (RUN, REFUSE, RUN), "nothing to resume here"),
    ("a plan alone", {**NOTHING, "identity": Identity.SAME}, (RUN, REFUSE, RUN), "nothing to resume here"),
    ("batches missing", SOME, (FRESH, RUN, RUN), ""),
    ("an open batch's answers", {**SOME, "finished": 0, "finished_rows": 0}, (FRESH, RUN, RUN), ""),
    ("all finished", {**SOME, "is_complete": True}, (FRESH, REST, REST), "already complete: 8 rows in 2 batches"),
    ("another config", OTHER, (FRESH, REFUSE, RUN), "column 'text' changed, seed 7 → 8"),
    (
        "another scheme",
        {**SOME, "identity": Identity.UNKNOWN, "scheme": 0},
        (FRESH, REFUSE, REFUSE),
        "identity scheme v0 → v1: cannot tell",
    ),
    ("more rows finished", {**SOME, "finished_rows": 13}, (FRESH, REFUSE, RUN), "13 rows are finished"),
    ("files that fit, unrecorded", {**NOTHING, "fitting": ("b00001",)}, (FRESH, RUN, RUN), "b00001: made before"),
    ("files that do not fit", {**NOTHING, "unfitting": 2, "answers": 9}, (FRESH, REFUSE, RUN), "2 files of batches"),
    ("an edited file", {**SOME, "edited": ("b00001",)}, (FRESH, RUN, RUN), "b00001: not the files that DVC recorded"),
]


@pytest.mark.parametrize(("disk", "actions", "named"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_every_line_of_the_table(disk: dict[str, Any], actions: tuple[Action, ...], named: str) -> None:
    """Under each mode; whatever is refused or found is named, and each refusal has a way on."""
    for mode, action in zip(ResumeMode, actions, strict=True):
        decision = decide(OnDisk(**disk), Asked(mode=mode, rows=12, scheme=1))
        assert decision.action is action, mode
        if action is REFUSE:
            assert decision.hint
        if named and (
            action is REFUSE or (mode is ResumeMode.IF_POSSIBLE and disk is not NOTHING and disk["answers"] + len(disk["fitting"]))
        ):
            assert named in " ".join(decision.say)


def test_modes_are_the_strings_a_person_writes() -> None:
    """In this order in the table."""
    assert [str(mode) for mode in ResumeMode] == ["never", "always", "if_possible"]


def test_what_differs_is_named() -> None:
    """Columns, models, seeds; new ones, those that are gone, and their order."""
    column = {"name": "text", "prompt": "a"}
    old = {"columns": [column, {"name": "label"}], "models": {"writer": {"model": "m"}}, "seed": 7, "pools": {"x": "1"}}
    new = {
        "columns": [{**column, "prompt": "b"}, {"name": "mood"}],
        "models": {"writer": {"model": "n"}, "judge": {}},
        "seed": 8,
        "pools": {},
    }
    assert differences(old, new) == (
        "column 'label' is gone",
        "column 'mood' is new",
        "column 'text' changed",
        "model 'judge' is new",
        "model 'writer' changed",
        "pools changed",
        "seed 7 → 8",
    )
    assert differences(old, {**old, "columns": old["columns"][::-1]}) == ("the order of columns changed",)  # type: ignore[index]
    assert differences(old, old) == ()
