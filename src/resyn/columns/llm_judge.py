"""The `llm-judge` column: scores, each with its reasons, as a struct of structs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from resyn.columns.conversation import Conversation
from resyn.columns.json_answer import JSONAnswer
from resyn.columns.media import media_pools
from resyn.spec import Program
from resyn.spec.columns.llm_judge import LLMJudge, Score

Scale = Mapping[str, int | str]
"""What a model may write, folded → the value it stands for."""


class Verdict(JSONAnswer):
    """Take scores out of an answer; case, space and a number's form are forgiven."""

    def __init__(self, scores: Iterable[Score]) -> None:
        scores = tuple(scores)
        self._scales = {score.name: _scale(score) for score in scores}
        super().__init__(_schema(scores, self._scales), "the scale")
        self.instructions = "\n\n".join(["Give these scores, each with the reasoning that leads to it:", *map(_rubric, scores)])

    def forgive(self, value: Any) -> Any:
        """Return an answer with each score that is nearly on its scale moved onto it."""
        if not isinstance(value, dict):
            return value
        return {name: _on_scale(given, self._scales[name]) if name in self._scales else given for name, given in value.items()}


pools = media_pools


def build_in(column: LLMJudge, program: Program, root: Path) -> Conversation:
    """Return the code of an llm-judge column."""
    return Conversation(column, program, Verdict(column.scores), root)


def _scale(score: Score) -> Scale:
    texts = [option.value for option in score.options]
    try:
        return {_folded(text): int(text) for text in texts}
    except ValueError:
        return {_folded(text): text for text in texts}


def _on_scale(given: Any, scale: Scale) -> Any:
    if not isinstance(given, dict) or isinstance(given.get("score"), bool):
        return given
    return {**given, "score": scale.get(_folded(given.get("score")), given.get("score"))}


def _folded(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip().casefold()
    return str(int(text)) if text.lstrip("+-").isdecimal() else text


def _schema(scores: Iterable[Score], scales: Mapping[str, Scale]) -> dict[str, Any]:
    properties = {score.name: _score_schema(score, list(scales[score.name].values())) for score in scores}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _score_schema(score: Score, values: list[int | str]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": score.description,
        "properties": {"reasoning": {"type": "string"}, "score": {"enum": values}},
        "required": ["reasoning", "score"],
        "additionalProperties": False,
    }


def _rubric(score: Score) -> str:
    return "\n".join([f"{score.name}: {score.description}", *(f"- {option.value}: {option.description}" for option in score.options)])
