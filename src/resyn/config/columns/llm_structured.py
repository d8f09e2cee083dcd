"""The `llm-structured` column: an answer that fits a JSON Schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from pydantic import BaseModel, Field, field_validator

from resyn.config.columns.llm import LLMColumnConfig
from resyn.config.written import Whole, refusal
from resyn.spec.columns.llm_structured import LLMStructured

if TYPE_CHECKING:
    OutputFormat = dict[str, Any] | type[BaseModel]
else:
    OutputFormat = dict[str, Any]


class LLMStructuredColumnConfig(LLMColumnConfig):
    """Data that a model writes, in the form of a JSON Schema."""

    column_type: Literal["llm-structured"] = "llm-structured"
    output_format: OutputFormat
    """A JSON Schema of an object; each answer is checked against it."""
    max_conversation_correction_steps: Whole = Field(default=1, ge=0)
    """How often the model is shown what is wrong with its answer before a new conversation is begun."""

    @field_validator("output_format", mode="before")
    @classmethod
    def _is_a_schema(cls, given: Any) -> Any:
        """Take a pydantic model, in a config written in Python, for its schema."""
        return given.model_json_schema() if isinstance(given, type) and issubclass(given, BaseModel) else given

    @field_validator("output_format")
    @classmethod
    def _fits_a_column(cls, schema: dict[str, Any]) -> dict[str, Any]:
        import jsonschema_rs
        import pyarrow as pa

        from resyn.columns.json_schema import arrow_type

        try:
            jsonschema_rs.validator_for(schema, retriever=_refuse_to_fetch)
        except jsonschema_rs.ValidationError as error:
            why = error.message.partition(" and retrieving it failed")[0]
            raise refusal(f"is not a JSON Schema that can be used: {why}", *error.instance_path) from error
        try:
            kind = arrow_type(schema)
        except ValueError as error:
            raise refusal(f"cannot become a column: {error}") from error
        if not pa.types.is_struct(kind):
            raise refusal("must describe an object (`type: object` with `properties`)")
        return schema

    def compile(self) -> LLMStructured:
        """Return the column as the engine reads it."""
        return LLMStructured(
            **self.chat,
            output_format=json.dumps(self.output_format, ensure_ascii=False),
            max_conversation_correction_steps=self.max_conversation_correction_steps,
        )


def _refuse_to_fetch(uri: str) -> NoReturn:
    raise ValueError(f"{uri} is not fetched: a schema stands in the config as a whole")
