"""Images: asked of an image endpoint or of a chat model that paints, and the pictures in what either answers."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from resyn.models.completion import NotAnAnswer, count, error_message, parse_object
from resyn.models.request import Request

_DIFFUSION = ("dall-e-", "dalle", "stable-diffusion", "sd-", "sd_", "imagen", "gpt-image-")
"""Parts of the names of models that have an image endpoint; others paint in a chat. Data Designer tells them apart so."""
_SEEDLESS = ("dall-e-", "dalle", "gpt-image-", "imagen")
"""Those whose endpoint knows no seed: two rows with the same prompt differ all the same."""
_MOST_SEED = 2**31
"""What every endpoint takes."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Hold the pictures of an answer, as bytes or as the address they are at."""

    pictures: tuple[bytes | str, ...]
    input_tokens: int = 0
    output_tokens: int = 0


def paints_in_chat(model: str) -> bool:
    """Return whether a model is asked for images through chat completions, from its name."""
    return not any(part in model.lower() for part in _DIFFUSION)


def write_body(request: Request, without: frozenset[str] = frozenset()) -> bytes:
    """Return the JSON body that asks for an image, as bytes and not as an address that is gone tomorrow."""
    asked: dict[str, Any] = {"messages": request.messages}
    if not paints_in_chat(request.model):
        asked = {"prompt": request.messages[-1]["content"]}
        asked |= {} if "response_format" in without else {"response_format": "b64_json"}
    if _takes_seed(request.model) and "seed" not in without:
        asked["seed"] = request.seed % _MOST_SEED
    return orjson.dumps({"model": request.model, **asked, **request.parameters, **request.extra_body})


def droppable(request: Request) -> frozenset[str]:
    """Return the parameters of `request` that it can be asked without: gpt-image knows no other form, and refuses its name."""
    form = frozenset() if paints_in_chat(request.model) else frozenset({"response_format"})
    return form | {"seed"} if _takes_seed(request.model) else form


def _takes_seed(model: str) -> bool:
    return not any(part in model.lower() for part in _SEEDLESS)


def read(body: bytes) -> Pictures:
    """Return the pictures in the answer of either endpoint: none, where a chat model answered in words.

    Raises:
        NotAnAnswer: `body` is no answer; the message is one clause for a person.
    """
    data = parse_object(body)
    pictures = tuple(_picture(item) for item in _found(data) if item)
    if not pictures and not _is_answer(data):
        raise NotAnAnswer(f"an error: {error_message(body)}" if "error" in data else "no image")
    read, written = ("prompt_tokens", "completion_tokens") if "choices" in data else ("input_tokens", "output_tokens")
    return Pictures(pictures, count(data, "usage", read), count(data, "usage", written))


def _is_answer(data: dict[str, Any]) -> bool:
    """Return whether an answer without a picture is one all the same, and paid for: asked again, the model would say no more."""
    choices = data.get("choices")
    said = isinstance(choices, list) and any(isinstance(choice, dict) and isinstance(choice.get("message"), dict) for choice in choices)
    return said or isinstance(data.get("data"), list)


def _found(data: dict[str, Any]) -> Iterator[str]:
    """Yield what stands for pictures: base64, addresses, and addresses that hold the bytes."""
    for item in data.get("data") or ():
        if isinstance(item, dict):
            yield str(item.get("b64_json") or item.get("url") or "")
    for choice in data.get("choices") or ():
        message = choice.get("message") if isinstance(choice, dict) else None
        if isinstance(message, dict):
            content = message.get("content")
            for part in [*(message.get("images") or ()), *(content if isinstance(content, list) else ())]:
                given = part.get("image_url") if isinstance(part, dict) else part
                yield str((given.get("url") if isinstance(given, dict) else given) or "")
            if isinstance(content, str) and content.startswith("data:image/"):
                yield content


def _picture(text: str) -> bytes | str:
    if text.startswith(("http://", "https://")):
        return text
    try:
        return base64.b64decode(text.partition(",")[2] if text.startswith("data:") else text, validate=True)
    except binascii.Error:
        return b""  # no image, which its reader finds out as of any other bytes
