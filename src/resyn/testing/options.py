"""What the server can be told, on the command line, from a test, or while it runs."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import orjson

from resyn.errors import ConfigError

FAULTS = ("400", "429", "500", "502", "503", "timeout", "reset", "cut", "html", "error_body", "content_type")
"""HTTP statuses; no answer for `hang_s`; a reset connection; a body cut in half; and three kinds of 200 that are no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Answer requests whose last user message contains `match` in words of one's own."""

    match: str
    reply: str
    status: int = 200
    times: int = 0
    """Only the first so many attempts of each request; 0: all of them."""
    seconds: float = 0.0
    """Wait so much longer than the latency."""


def _option(default: Any, words: str) -> Any:
    return field(default=default, metadata={"help": words})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Hold the options; each field's metadata has its `help`."""

    port: int = _option(0, "Port on 127.0.0.1; 0 takes a free one.")
    models: tuple[str, ...] = _option((), "Models served, 404 for others; none named: any model.")
    api_key: str = _option("", "Key demanded as a bearer token, 401 without it.")
    words: int = _option(40, "Mean number of words in an answer.")
    latency_ms: float = _option(0.0, "Mean time to answer.")
    jitter: float = _option(0.0, "Uniform spread of the latency, as a share of its mean.")
    tail: float = _option(0.0, "Sigma of a lognormal tail of the latency; the mean stays.")
    slow_at: int = _option(0, "Requests in flight at which the latency has doubled; 0: load does not slow it.")
    capacity: int = _option(0, "Requests in flight beyond which it answers 429; 0: no limit.")
    allowed: int = _option(
        0, "Requests at once, then as many in `allowed_s`, beyond which it answers 429; headers tell of it. 0: no limit."
    )
    allowed_s: float = _option(60.0, "Seconds until all that are allowed are free again.")
    fault_rate: float = _option(0.0, "Share of attempts that fail.")
    faults: tuple[str, ...] = _option(("429", "500", "503"), f"How they fail: {', '.join(FAULTS)}.")
    fault_times: int = _option(0, "Only the first so many attempts of a request can fail; 0: all of them.")
    fault_draw: int = _option(0, "Another number, other requests that fail.")
    sticky_faults: bool = _option(default=False, words="A request that fails once fails always.")
    hang_s: float = _option(30.0, "Seconds that a `timeout` hangs.")
    retry_after: float = _option(0.0, "Seconds in the Retry-After of every 429 and 503; 0: no such header.")
    bad_json_rate: float = _option(0.0, "Share of JSON answers that are prose instead.")
    cut_rate: float = _option(0.0, "Share of answers that end in the middle, as at max_tokens.")
    bad_image_rate: float = _option(0.0, "Share of images that are no images.")
    reasoning_words: int = _option(0, "Words of reasoning beside each answer.")
    tool_turns: int = _option(1, "Turns in which it asks for one of the tools that it is offered, with made-up arguments.")
    rejects: tuple[str, ...] = _option((), "Request parameters it calls unknown, such as seed or response_format.")
    script: str = _option("", 'JSON file with a list of {"match": "substring", "reply": "words", "status": 200, "times": 0, "seconds": 0}.')
    replies: tuple[Reply, ...] = _option((), "The same, in place.")


def change(options: Options | None, changes: Mapping[str, Any]) -> Options:
    """Return `options` (None: the defaults) with JSON values `changes`; a script becomes replies.

    Raises:
        ConfigError: an option, a kind of fault or a script that does not exist or cannot be read.
    """
    names = [item.name for item in fields(Options)]
    for name in changes:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1) or names
            raise ConfigError(f"the model server has no option {name!r}", hint=f"the nearest is {near[0]!r}")
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()}
    if unknown := set(values.get("faults", ())) - set(FAULTS):
        raise ConfigError(f"there is no fault {min(unknown)!r}", hint=f"choose from {', '.join(FAULTS)}")
    if "replies" in values:
        values["replies"] = tuple(_reply(item) for item in values["replies"])
    return replace(options or Options(), **values)


def read_script(path: str) -> tuple[Reply, ...]:
    """Return the replies in a JSON file.

    Raises:
        ConfigError: the file cannot be read or holds something else.
    """
    try:
        return tuple(_reply(item) for item in orjson.loads(Path(path).read_bytes()))
    except (OSError, TypeError, orjson.JSONDecodeError) as error:
        raise ConfigError(f"no script: {error}", file=path, hint='write a list of {"match": "substring", "reply": "words"}') from error


def _reply(item: Reply | Mapping[str, Any]) -> Reply:
    return item if isinstance(item, Reply) else Reply(**item)
