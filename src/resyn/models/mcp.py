"""Tools for models, on servers of the Model Context Protocol: a list of tools, and a call of one, are requests like any other."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import orjson

from resyn.errors import KeyUnset, ResynError
from resyn.models.client import Client
from resyn.models.outcome import Answered, Failed, Outcome
from resyn.models.request import Request
from resyn.models.secret import strike, strike_text
from resyn.spec import Provider

LIST = "tools/list"
"""In place of a tool's name: which tools there are."""


def open_client(name: str, provider: Provider) -> Client:
    """Return the client of a server; it starts or connects when it is first used."""
    return MCPClient(name, provider)


class MCPClient:
    """Hold one session with one server, in a task of its own, since a session must end where it began."""

    def __init__(self, name: str, provider: Provider) -> None:
        self._name, self._provider = name, provider
        self._key = os.environ.get(provider.api_key, "").strip() if provider.api_key else ""
        self._session: asyncio.Future[Any] | None = None
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def check(self, models: frozenset[str], timeout: float) -> Failed | None:  # noqa: ARG002 - the protocol's signature
        """Find nothing out: the list of tools is the probe."""
        return None

    async def send(self, request: Request, timeout: float) -> Outcome:
        """List the tools or call one; a tool that fails answers with its error, which the model is told.

        Raises:
            ResynError: the server cannot be started or reached, or the package `mcp` is not installed.
        """
        began = time.perf_counter()
        session = await self._open()
        try:
            said = await asyncio.wait_for(_ask(session, request), timeout)
        except TimeoutError:
            return Failed(reason=f"tool {request.model!r} of {self._name} timed out after {timeout:g} s")
        body = strike(orjson.dumps(said), self._key)
        return Answered(body=body, input_tokens=0, output_tokens=0, latency_ms=round((time.perf_counter() - began) * 1000))

    async def close(self) -> None:
        """End the session, and with it a server that was started for it."""
        self._over.set()
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _open(self) -> Any:
        if self._session is None:
            self._session = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._hold(self._session))
        return await asyncio.shield(self._session)

    async def _hold(self, ready: asyncio.Future[Any]) -> None:
        try:
            async with _session(self._name, self._provider, self._key) as session:
                ready.set_result(session)
                await self._over.wait()
        except Exception as error:  # noqa: BLE001 - it is raised where the session is waited for
            if not ready.done():
                ready.set_exception(_unusable(self._name, error, self._key))


async def _ask(session: Any, request: Request) -> dict[str, Any]:
    if request.model == LIST:
        listed = await session.list_tools()
        tools = [tool.model_dump(mode="json", by_alias=True) for tool in listed.tools]
        return {
            "tools": [{"name": tool["name"], "description": tool.get("description") or "", "schema": tool["inputSchema"]} for tool in tools]
        }
    result = await session.call_tool(request.model, dict(request.parameters["arguments"]))
    said = result.model_dump(mode="json", by_alias=True)
    parts = [part["text"] if part["type"] == "text" else orjson.dumps(part).decode() for part in said.get("content") or ()]
    return {"content": "\n".join(parts), "is_error": bool(said.get("isError"))}


@asynccontextmanager
async def _session(name: str, provider: Provider, key: str) -> AsyncIterator[Any]:
    from mcp import ClientSession

    async with AsyncExitStack() as stack:
        read, write = (await stack.enter_async_context(await _transport(name, provider, key, stack)))[:2]
        session = await stack.enter_async_context(ClientSession(read, write))
        await session.initialize()
        yield session


async def _transport(name: str, provider: Provider, key: str, stack: AsyncExitStack) -> Any:
    if provider.command:
        from mcp.client.stdio import StdioServerParameters, stdio_client

        return stdio_client(StdioServerParameters(command=provider.command, args=list(provider.args), env={**os.environ, **provider.env}))
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    http = await stack.enter_async_context(httpx2.AsyncClient(headers=_headers(name, provider, key), follow_redirects=False, timeout=None))
    return streamable_http_client(provider.endpoint, http_client=http)


def _headers(name: str, provider: Provider, key: str) -> dict[str, str]:
    variable = provider.api_key
    if variable and not key:
        raise KeyUnset(f"tool provider {name!r}: environment variable {variable} is not set", hint=f"export {variable}=…")
    return {**({"Authorization": f"Bearer {key}"} if key else {}), **provider.extra_headers}


def _unusable(name: str, error: Exception, key: str) -> ResynError:
    if isinstance(error, ResynError):
        return error
    if isinstance(error, ModuleNotFoundError):
        return ResynError(f"tool provider {name!r} needs the package mcp", hint="run `pip install 'resyn[mcp]'`")
    inner = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
    hint = f"mend {name!r} under `mcp_providers` in providers.yaml"
    return ResynError(f"tool provider {name!r} cannot be used: {type(inner).__name__}: {strike_text(str(inner), (key,))}", hint=hint)
