"""pydantic's errors → one sentence for the person who wrote the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from resyn.config.document import Document, Loc
from resyn.config.nearest import did_you_mean
from resyn.errors import ConfigError

M = TypeVar("M", bound=BaseModel)

_ITEMS = {
    "columns": ("column", "name"),
    "model_configs": ("model", "alias"),
    "processors": ("processor", "name"),
    "providers": ("provider", "name"),
}
"""Lists whose items have names: key → (what an item is called, the key of its name)."""
_SECRETS = {"api_key", "extra_headers", "endpoint"}
_QUOTES = "put it in quotes if it is text"


def validated(model: type[M], document: Document) -> M:
    """Return the document as an instance of `model`.

    Raises:
        ConfigError: it does not fit; tells the error that stands first in the file.
    """
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        first = min(errors, key=lambda item: document.line(_place(item)))
        raise _explained(first, document) from error


def subject(document: Document, loc: Loc) -> tuple[str, str]:
    """Return what `loc` belongs to ("column 'x'", or "") and the path inside it ("params.values[2]", or "")."""
    if len(loc) < 2 or loc[0] not in _ITEMS or not isinstance(loc[1], int):
        return "", _path(loc)
    kind, key = _ITEMS[loc[0]]
    item = document.value[loc[0]][loc[1]]
    name = item.get(key) if isinstance(item, Mapping) else None
    return (f"{kind} '{name}'" if isinstance(name, str) else f"{kind} {loc[1] + 1}"), _path(loc[2:])


def _explained(error: ErrorDetails, document: Document) -> ConfigError:
    place = _place(error)
    context = error.get("ctx", {})
    if error["type"] == "unknown_key":
        owner, path = subject(document, document.trail(error["loc"]))
        inside = " of ".join(part for part in (path and f"'{path}'", owner) if part)
        message = f"unknown key '{context['key']}'{inside and ' in '}{inside}{context['guess']}"
    elif key := _missing(error):
        owner, path = subject(document, (*document.trail(error["loc"]), key))
        message = f"{owner} needs '{path}'" if owner else f"'{path}' is missing"
    else:
        owner, path = subject(document, document.trail(place))
        sentence = _sentence(error, hidden=not _SECRETS.isdisjoint(error["loc"]))
        message = ": ".join(part for part in (owner, path and f"'{path}'") if part) + f" {sentence}"
    hint = context.get("hint") or (_QUOTES if error["type"] == "string_type" and isinstance(error["input"], bool | int | float) else "")
    return document.error(message, place, hint=hint)


def _missing(error: ErrorDetails) -> str | None:
    if error["type"] == "union_tag_not_found":
        return str(error["ctx"]["discriminator"]).strip("'")
    return str(error["loc"][-1]) if error["type"] == "missing" else None


def _place(error: ErrorDetails) -> Loc:
    context = error.get("ctx", {})
    return (*error["loc"], *context.get("at", ()), *((context["key"],) if error["type"] == "unknown_key" else ()))


def _sentence(error: ErrorDetails, *, hidden: bool) -> str:
    context = error.get("ctx", {})
    if (words := _SENTENCES.get(error["type"])) is None:
        return str(context.get("message", error["msg"]))
    sentence = words(context) if callable(words) else words
    if error["type"] in _WITHOUT_VALUE or hidden:
        return sentence
    guess = did_you_mean(error["input"], _choices(context)) if error["type"] == "literal_error" and isinstance(error["input"], str) else ""
    return f"{sentence}, not {_shown(error['input'])}{guess}"


def _choices(context: Mapping[str, Any]) -> list[str]:
    return [choice.strip("' ") for choice in str(context["expected"]).replace(" or ", ", ").split(",")]


def _counted(context: Mapping[str, Any]) -> str:
    return f"needs at least {context['min_length']} {'item' if context['min_length'] == 1 else 'items'}"


def _number(value: float) -> str:
    return f"{int(value) if value == int(value) else value:,}"


_SENTENCES: dict[str, str | Callable[[Mapping[str, Any]], str]] = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must hold keys and values",
    "finite_number": "must be a number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "greater_than": lambda context: f"must be more than {_number(context['gt'])}",
    "greater_than_equal": lambda context: f"must be at least {_number(context['ge'])}",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "less_than": lambda context: f"must be less than {_number(context['lt'])}",
    "less_than_equal": lambda context: f"must be at most {_number(context['le'])}",
    "list_type": "must be a list",
    "literal_error": lambda context: f"must be {str(context['expected']).replace('False', 'false')}",
    "model_attributes_type": "must hold keys and values",
    "model_type": "must hold keys and values",
    "string_too_short": "must not be empty",
    "string_type": "must be text",
    "too_long": lambda context: f"takes at most {context['max_length']} items",
    "too_short": _counted,
    "tuple_type": "must be a list",
}
"""pydantic's error types → the sentence after the subject; ", not <value>" follows but for `_WITHOUT_VALUE`."""
_WITHOUT_VALUE = {"string_too_short", "too_long", "too_short"}


def _shown(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return f"'{value if len(value) <= 40 else value[:40] + '…'}'"
        case list():
            return "a list"
        case Mapping():
            return "keys and values"
        case _:
            return str(value)


def _path(loc: Loc) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).removeprefix(".")
