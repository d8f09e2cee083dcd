"""The request body, and telling which parameter an endpoint lacks."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest

from resyn.models.chat import droppable, write_body
from resyn.models.fallbacks import find_unsupported
from resyn.models.request import Request

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
BOTH = frozenset({"seed", "response_format"})


def test_the_body_says_all_that_the_request_means(make_request: Callable[..., Request]) -> None:
    """Model, messages, parameters, the row's seed and the schema are sent; `extra_body` has the last word."""
    request = make_request("Hi.", schema=SCHEMA, extra_body={"top_k": 5, "temperature": 0.1})
    assert orjson.loads(write_body(request)) == {
        "model": "some-model",
        "messages": [{"role": "user", "content": "Hi."}],
        "temperature": 0.1,
        "max_tokens": 32,
        "seed": 7,
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}},
        "top_k": 5,
    }


def test_without_response_format_the_schema_goes_into_the_last_user_message(make_request: Callable[..., Request]) -> None:
    """No message is added, so that templates that want turns to alternate still work."""
    messages = ({"role": "user", "content": "A"}, {"role": "assistant", "content": "B"}, {"role": "user", "content": "C"})
    body = orjson.loads(write_body(make_request(messages=messages, schema=SCHEMA), BOTH))
    assert body["messages"][:2] == list(messages[:2])
    assert body["messages"][2]["content"].startswith("C\n\nAnswer with JSON only")
    assert orjson.dumps(SCHEMA).decode() in body["messages"][2]["content"]
    assert not {"seed", "response_format"} & set(body)


def test_only_what_was_sent_can_be_dropped(make_request: Callable[..., Request]) -> None:
    """A request without a schema has no response format to lose."""
    assert (droppable(make_request()), droppable(make_request(schema=SCHEMA))) == (frozenset({"seed"}), BOTH)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        ('{"error": {"message": "Unrecognized request argument supplied: seed"}}', "seed"),
        ('{"error": {"message": "Unknown parameter: \'seed\'.", "param": "seed"}}', "seed"),
        ('{"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}', "seed"),
        ("{\"error\": \"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model\"}", "response_format"),
        ('{"message": "This model does not support `response_format`"}', "response_format"),
        ('{"error": {"message": "max_tokens is too large: 9000"}}', None),
        ('{"error": {"message": "seed must be less than 4294967296"}}', None),
        ('{"error": {"message": "Unsupported language. Your prompt was: plant the seed"}}', None),
        ('{"error": {"message": "linseed oil is not supported"}}', None),
        ("", None),
    ],
)
def test_a_parameter_is_unsupported_only_where_the_endpoint_says_so(error: str, name: str | None) -> None:
    """The name and the complaint must stand in one sentence."""
    assert find_unsupported(error.encode(), BOTH) == name
