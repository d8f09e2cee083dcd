"""A judge's scores: forgiven where they are nearly right, refused where they are off the scale."""

from __future__ import annotations

import json
from typing import Any

import pytest

from resyn.columns import build_column
from resyn.columns.protocol import CellFailed
from resyn.spec.columns.llm_judge import LLMJudge, Option, Score
from unit.columns.conftest import Converse, program_of

QUALITY = Score(name="quality", description="How good it is", options=tuple(Option(value=str(n), description=f"d{n}") for n in range(1, 4)))
STYLE = Score(
    name="style", description="Its style", options=(Option(value="Low", description="l"), Option(value="Very high", description="h"))
)
JUDGE = LLMJudge(name="judge", model_alias="writer", prompt="Judge it.", scores=(QUALITY, STYLE))


def said(quality: Any, style: Any = "Low") -> str:
    """Return a judge's answer."""
    return json.dumps({"quality": {"reasoning": "r", "score": quality}, "style": {"reasoning": "s", "score": style}})


@pytest.mark.parametrize(("quality", "style"), [(2, "Low"), ("2", " low "), (2.0, "LOW"), (" 02 ", "low")])
def test_case_space_and_a_number_s_form_are_forgiven(converse: Converse, quality: Any, style: Any) -> None:
    """The value is the one of the scale: a whole number where all of its options are, a text else."""
    value, asked = converse(JUDGE, said(quality, style))
    assert value == {"quality": {"reasoning": "r", "score": 2}, "style": {"reasoning": "s", "score": "Low"}}
    assert len(asked) == 1


def test_scores_are_structs_of_the_type_of_their_scale() -> None:
    """Known before anything is asked."""
    kind = str(build_column(JUDGE, program_of(JUDGE), None).arrow_type)  # type: ignore[arg-type] # reads no file
    assert kind == "struct<quality: struct<reasoning: string, score: int64>, style: struct<reasoning: string, score: string>>"


@pytest.mark.parametrize("quality", [4, True, "good", None, [2]])
def test_a_score_off_the_scale_is_corrected(converse: Converse, quality: Any) -> None:
    """The model is shown what is wrong; the paid answer is kept in its trace."""
    value, asked = converse(JUDGE, said(quality), said(3))
    assert value["quality"]["score"] == 3
    assert asked[1].corrects is not None
    assert "it does not fit the scale" in asked[1].messages[-1]["content"]


def test_a_judge_that_never_keeps_to_the_scale_fails_the_row(converse: Converse) -> None:
    """After one correction and two new conversations; the row is then drawn again."""
    with pytest.raises(CellFailed, match="no answer could be used: it does not fit the scale"):
        converse(JUDGE, *[said(9)] * 6)


def test_the_prompt_holds_the_rubric(converse: Converse) -> None:
    """And the schema the options, so that native structured output keeps to them."""
    _, (request,) = converse(JUDGE, said(1))
    assert "quality: How good it is\n- 1: d1\n- 2: d2\n- 3: d3" in request.messages[0]["content"]
    assert request.schema is not None
    assert request.schema["properties"]["quality"]["properties"]["score"] == {"enum": [1, 2, 3]}
