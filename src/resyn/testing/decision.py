"""What becomes of one request: decided from the options, the request and how often it came; nothing is sent here."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from resyn.testing.answers import Draw, content_text, find_code, find_schema, request_hash, write_code, write_png, write_text, write_value
from resyn.testing.forms import CHAT, EMBEDDINGS, IMAGES, Said, as_chat, input_tokens, offered_tools, tool_turns, write, write_error
from resyn.testing.options import Options, Reply

TOO_MANY, UNAVAILABLE = 429, 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Hold one request, in the form of chat completions whatever it came in."""

    body: Mapping[str, Any]
    path: str = CHAT
    """The end of the path it came to: the form that the answer has."""
    hash: bytes
    text: str
    """The last user message; of embeddings and images, the last text."""
    authorization: str = ""
    attempt: int = 0
    """How often the same was asked before."""
    in_flight: int = 1
    """Requests under way, this one included."""
    is_over: bool = False
    """Whether it is one more than is allowed by now."""

    @property
    def model(self) -> str:
        """Return the model's name."""
        return str(self.body.get("model", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Say what is sent, and when."""

    status: int
    body: bytes = b""
    fault: str = ""
    delay: float = 0.0
    """Seconds."""
    content_type: str = "application/json"
    retry_after: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0


def parse(body: bytes, path: str = CHAT) -> Asked | None:
    """Return the request in a body, or None where it is none of the kind that is asked at `path`."""
    try:
        given = orjson.loads(body)
        data = as_chat(path, given)
        users = [content_text(message.get("content")) for message in data["messages"] if message.get("role") == "user"]
        of = (
            hashlib.sha256(orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).digest()
            if path in (EMBEDDINGS, IMAGES)
            else request_hash(data)
        )
        return Asked(body=data, path=path, hash=of, text=users[-1] if users else "")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None


def decide(asked: Asked, options: Options, script: tuple[Reply, ...]) -> Decision:
    """Return what the server does about a request: turned away, by script, by fault, else an answer."""
    if turned_away := _turn_away(asked, options):
        return turned_away
    delay = _latency(asked, options)
    for reply in script:
        if reply.match in asked.text and (not reply.times or asked.attempt < reply.times):
            return _scripted(asked, reply, options, delay + reply.seconds)
    if fault := _fault(asked, options):
        return _faulty(asked, fault, options, delay)
    try:
        return _answer(asked, _words(asked, options), options, delay)
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        return _error(asked, 400, f"no answer can be made up for this schema: {error!r}", options)


def _turn_away(asked: Asked, options: Options) -> Decision | None:
    if options.api_key and asked.authorization != f"Bearer {options.api_key}":
        return _error(asked, 401, "the key is missing or wrong", options)
    if options.models and asked.model not in options.models:
        return _error(asked, 404, f"The model `{asked.model}` does not exist", options)
    for name in options.rejects:
        if name in asked.body:
            return _error(asked, 400, f"Unknown parameter: '{name}'.", options)
    if options.capacity and asked.in_flight > options.capacity:
        return _error(asked, TOO_MANY, f"more than {options.capacity} requests in flight", options, fault="capacity")
    if asked.is_over:
        return _error(asked, TOO_MANY, f"more than {options.allowed} requests in {options.allowed_s:g} s", options, fault="allowance")
    return None


def _scripted(asked: Asked, reply: Reply, options: Options, delay: float) -> Decision:
    if reply.status == 200:
        return _answer(asked, reply.reply, options, delay)
    return _error(asked, reply.status, reply.reply, options, delay=delay)


def _faulty(asked: Asked, fault: str, options: Options, delay: float) -> Decision:
    if fault.isdigit():
        return _error(asked, int(fault), f"injected {fault}", options, fault=fault, delay=delay)
    if fault == "timeout":
        return Decision(status=0, fault=fault, delay=options.hang_s)
    if fault == "reset":
        return Decision(status=0, fault=fault, delay=delay)
    if fault == "html":
        page = b"<!doctype html><html><body><h1>Sign in</h1></body></html>"
        return Decision(status=200, fault=fault, body=page, delay=delay, content_type="text/html")
    if fault == "error_body":
        return Decision(status=200, fault=fault, body=write_error(asked.path, "injected error"), delay=delay)
    answer = _answer(asked, _words(asked, options), options, delay).body
    return Decision(
        status=200, fault=fault, body=answer, delay=delay, content_type="text/plain" if fault == "content_type" else "application/json"
    )


def _words(asked: Asked, options: Options) -> str:
    draw = Draw(asked.hash)
    schema, in_prompt = find_schema(asked.body)
    if schema is None and (language := find_code(asked.text)):
        return write_code(draw, language)
    if schema is None or (options.bad_json_rate and _share(asked.hash + b"json") < options.bad_json_rate):
        most = asked.body.get("max_tokens") or math.inf
        return write_text(draw, max(1, min(int(options.words * (0.5 + draw.unit())), int(min(most, 2**20)))))
    value = orjson.dumps(write_value(schema, draw)).decode()
    return f"```json\n{value}\n```" if in_prompt else value


def _answer(asked: Asked, words: str, options: Options, delay: float) -> Decision:
    tool, arguments = _call(asked, options)
    is_cut = not tool and bool(options.cut_rate) and _share(asked.hash + b"cut") < options.cut_rate
    words = words[: len(words) // 2] if is_cut else words
    read, written = input_tokens(asked.body["messages"]), 0 if asked.path == EMBEDDINGS else len(words) // 4 + 1
    said = Said(
        words=words,
        input_tokens=read,
        output_tokens=written,
        reasoning=write_text(Draw(asked.hash + b"reasoning"), options.reasoning_words) if options.reasoning_words else "",
        is_cut=is_cut,
        image=_image(asked, options) if asked.path == IMAGES or "image" in asked.model else "",
        tool=tool,
        arguments=arguments,
    )
    body = write(asked.path, asked.body, asked.hash.hex()[:24], said)
    return Decision(status=200, body=body, delay=delay, input_tokens=read, output_tokens=written)


def _call(asked: Asked, options: Options) -> tuple[str, Mapping[str, Any]]:
    """Return the tool that is asked for and its arguments, "" for none."""
    tools = offered_tools(asked.body)
    if not tools or tool_turns(asked.body["messages"]) >= options.tool_turns:
        return "", {}
    draw = Draw(asked.hash + b"tool")
    name = sorted(tools)[draw.below(len(tools))]
    return name, write_value(tools[name], draw) if tools[name] else {}


def _image(asked: Asked, options: Options) -> str:
    is_bad = bool(options.bad_image_rate) and _share(asked.hash + b"image") < options.bad_image_rate
    return base64.b64encode(b"no picture" if is_bad else write_png(Draw(asked.hash))).decode()


def _error(asked: Asked, status: int, message: str, options: Options, *, fault: str = "", delay: float = 0.0) -> Decision:
    wait = options.retry_after if status in (TOO_MANY, UNAVAILABLE) else 0.0
    return Decision(status=status, body=write_error(asked.path, message), fault=fault, delay=delay, retry_after=wait)


def _latency(asked: Asked, options: Options) -> float:
    """Return the seconds this request takes: its place in the distribution follows from its hash, the load does the rest."""
    mean = options.latency_ms / 1000
    if not mean:
        return 0.0
    if options.jitter:
        mean *= 1 + options.jitter * (2 * _share(asked.hash + b"jitter") - 1)
    if options.tail:
        normal = math.sqrt(-2 * math.log(1 - _share(asked.hash + b"tail"))) * math.cos(2 * math.pi * _share(asked.hash + b"angle"))
        mean *= math.exp(options.tail * normal - options.tail**2 / 2)
    return mean * (1 + asked.in_flight / options.slow_at) if options.slow_at else mean


def _fault(asked: Asked, options: Options) -> str:
    if not options.fault_rate or (options.fault_times and asked.attempt >= options.fault_times):
        return ""
    attempt = 0 if options.sticky_faults else asked.attempt
    seed = asked.hash + b"fault%d-%d" % (options.fault_draw, attempt)
    return options.faults[Draw(seed).below(len(options.faults))] if _share(seed) < options.fault_rate else ""


def _share(seed: bytes) -> float:
    """Return a number in [0, 1) that `seed` determines."""
    return int.from_bytes(hashlib.sha256(seed).digest()[:8]) / 2**64
