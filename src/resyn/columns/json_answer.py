"""A model's words → a value that fits a JSON Schema and its Arrow type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import orjson

from resyn.columns.conversation import Unfit
from resyn.columns.json_schema import arrow_type, conform
from resyn.columns.pruning import Pruning
from resyn.models.completion import Completion

_FENCED = re.compile(r"```(?:json|JSON)?[ \t]*\n(.*?)\n?```", re.DOTALL)


class JSONAnswer:
    """Parse, repair, prune and validate the answers of one column."""

    instructions = ""

    def __init__(self, schema: Mapping[str, Any], named: str) -> None:
        """Prepare for answers that fit `schema`, which a person knows as `named`."""
        self.schema = schema
        self.arrow_type = arrow_type(schema)
        self.wanted = f"nothing but JSON that fits this schema:\n{orjson.dumps(schema).decode()}"
        self._named = named
        self._pruning = Pruning(schema)
        self._validator = jsonschema_rs.validator_for(dict(schema))

    def parse(self, completion: Completion) -> Any:
        """Return the value in an answer, every property of the schema present (null where absent) and no other.

        Raises:
            Unfit: no JSON in it, JSON that does not fit, or an answer cut at `max_tokens`.
        """
        value = self._pruning.prune(self.forgive(_load(completion)))
        if error := next(iter(self._validator.iter_errors(value)), None):
            at = "/".join(str(step) for step in error.instance_path)
            raise Unfit(f"it does not fit {self._named}: {error.message} (at /{at})")
        try:
            return conform(value, self.arrow_type)
        except ValueError as error:
            raise Unfit(str(error)) from error

    def forgive(self, value: Any) -> Any:
        """Return what an answer that is nearly right means."""
        return value


def _load(completion: Completion) -> Any:
    if not completion.text.strip():
        raise Unfit("the model answered with nothing" + completion.why_empty)
    fenced = _FENCED.search(completion.text)
    text = fenced[1] if fenced else completion.text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        # A cut answer would be "repaired" into one that says less than the model meant.
        if completion.is_cut:
            raise Unfit("it was cut at max_tokens inside its JSON") from error
    import json_repair  # 15 ms to import, and most runs repair nothing

    value = json_repair.loads(text)
    if value in ("", [], {}):
        raise Unfit("it holds no JSON")
    return value
