"""What may be added to the body of a request."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator

from resyn.config.written import refusal

_OURS = {"model", "messages", "stream", "n"}
_SECRET = {"api_key", "apikey", "api-key", "access_token", "authorization"}


def _adds_only(body: dict[str, Any] | None) -> dict[str, Any] | None:
    for name in body or {}:
        if name in _OURS:
            raise refusal("is set by resyn itself; `extra_body` adds to a request", name)
        if name.lower() in _SECRET:
            raise refusal(
                "holds a key; git tracks what is written here", name, hint="name the variable in providers.yaml: `api_key: LAB_API_KEY`"
            )
    return body


ExtraBody = Annotated[dict[str, Any] | None, AfterValidator(_adds_only)]
