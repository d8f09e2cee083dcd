"""The `llm-judge` column: scores that a model gives, each with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from resyn.config.columns.llm import LLMColumnConfig
from resyn.config.written import Name, Whole, Written, refusal
from resyn.spec.columns.llm_judge import LLMJudge, Option
from resyn.spec.columns.llm_judge import Score as ScoreSpec


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


if TYPE_CHECKING:  # Data Designer's scales are written with numbers, which are read as their texts
    Options = dict[str, str] | dict[int, str] | dict[int | str, str]
else:
    Options = dict[Annotated[Name, BeforeValidator(_as_text)], str]


class Score(Written):
    """A scale that a judge scores on."""

    name: Name
    """What the score is called, in the dataset and in templates."""
    description: str
    """What is judged."""
    options: Annotated[Options, Field(min_length=1)]
    """Each value of the scale, and what it means; whole numbers stay numbers where all of them are."""

    @field_validator("options")
    @classmethod
    def _values_differ(cls, options: dict[str, str]) -> dict[str, str]:
        folded: dict[str, str] = {}
        for value in options:
            other = folded.setdefault(value.strip().casefold(), value)
            if other != value:
                raise refusal(f"has '{other}' and '{value}', which a judge's answer could not tell apart", value)
        return options

    def compile(self) -> ScoreSpec:
        """Return the scale as the engine reads it."""
        options = tuple(Option(value=str(value).strip(), description=description) for value, description in self.options.items())
        return ScoreSpec(name=self.name, description=self.description, options=options)


class LLMJudgeColumnConfig(LLMColumnConfig):
    """Scores that a model gives, each with its reasons."""

    column_type: Literal["llm-judge"] = "llm-judge"
    scores: Annotated[list[Score], Field(min_length=1)]
    """The scales."""
    max_conversation_correction_steps: Whole = Field(default=1, ge=0)
    """How often the model is shown what is wrong with its answer before a new conversation is begun."""

    @field_validator("scores")
    @classmethod
    def _names_differ(cls, scores: list[Score]) -> list[Score]:
        names = [score.name for score in scores]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise refusal(f"is '{name}' for the second time", index, "name")
        return scores

    def compile(self) -> LLMJudge:
        """Return the column as the engine reads it."""
        scores = tuple(score.compile() for score in self.scores)
        return LLMJudge(**self.chat, scores=scores, max_conversation_correction_steps=self.max_conversation_correction_steps)
