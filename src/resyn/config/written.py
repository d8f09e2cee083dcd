"""What every section of a file a person writes has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from resyn.config.nearest import did_you_mean


def refusal(message: str, *at: str | int, hint: str = "") -> PydanticCustomError:
    """Return the error of a validator: a sentence without its subject, and where below the validated value it points."""
    return PydanticCustomError("refused", "{message}", {"message": message, "at": at, "hint": hint})


class Written(BaseModel):
    """Refuse unknown keys with the nearest known one; never show a value in pydantic's own words, since it may be a secret."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )

    @model_validator(mode="before")
    @classmethod
    def _every_key_is_known(cls, data: Any) -> Any:
        known = list(cls.model_fields)
        for key in data if isinstance(data, Mapping) else ():
            if key not in known:
                guess = did_you_mean(key, known)
                raise PydanticCustomError(
                    "unknown_key",
                    "unknown key '{key}'{guess}",
                    {"key": key, "guess": guess, "hint": f"keys that exist here: {', '.join(known)}"},
                )
        return data


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise refusal(f"must be a number, not {str(value).lower()}")
    return value


def _nothing(value: Any) -> None:
    if value not in (None, [], {}):
        raise refusal("is not supported yet", hint="take it out")


Number = Annotated[float, BeforeValidator(_no_bool)]
"""A finite number."""
Whole = Annotated[int, BeforeValidator(_no_bool)]
"""A whole number."""
Name = Annotated[str, Field(min_length=1)]
"""A text that is not empty."""
NotYet = Annotated[None, BeforeValidator(_nothing), WithJsonSchema({"enum": [None, [], {}]})]
"""A key of Data Designer's that may stand in the file as long as it asks for nothing."""
