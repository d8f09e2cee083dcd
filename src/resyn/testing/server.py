"""The server: routes requests to decisions and carries them out."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import orjson

from resyn.errors import ConfigError, ResynError
from resyn.testing.bucket import Bucket
from resyn.testing.connection import Connection, Received
from resyn.testing.decision import Decision, decide, parse
from resyn.testing.forms import CHAT, PATHS, write_error
from resyn.testing.ledger import Ledger
from resyn.testing.options import Options, change, read_script

HOST = "127.0.0.1"


def run(options: Options, *, until_eof: bool = False) -> None:
    """Serve until SIGINT or SIGTERM (`until_eof`: or until standard input ends); prints the endpoint when it listens.

    Beside `/v1/chat/completions`, `/v1/messages`, `/v1/embeddings`, `/v1/images/generations` and `/v1/models` there are `/stats`, `/requests`, `/reset`, `/configure` (POST options as JSON) and
    `/down` (POST {"seconds": 10}).

    Raises:
        ConfigError: the script cannot be read.
        ResynError: the port is taken.
    """
    asyncio.run(_serve(Server(options), until_eof=until_eof))


class Server:
    """Hold all mutable state: the options in force, the ledger and the open connections."""

    def __init__(self, options: Options) -> None:
        self._configure(options)
        self._ledger, self._bucket = Ledger(), Bucket()
        self._connections: set[Connection] = set()
        self._listener: asyncio.Server | None = None
        self._waking: asyncio.Task[None] | None = None
        self._port = options.port

    async def listen(self) -> str:
        """Start to accept connections and return the endpoint."""
        loop = asyncio.get_running_loop()
        try:
            self._listener = await loop.create_server(lambda: Connection(self.handle, self._connections), HOST, self._port, backlog=2048)
        except OSError as error:
            raise ResynError(
                f"cannot listen on {HOST}:{self._port}: {error.strerror}", hint="choose another --port, or 0 for any"
            ) from error
        self._port = self._listener.sockets[0].getsockname()[1]
        return f"http://{HOST}:{self._port}/v1"

    def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for connection in list(self._connections):
            connection.drop()

    def handle(self, connection: Connection, received: Received) -> None:
        """Answer one HTTP request, now or when its time has come."""
        path = received.path.partition("?")[0]
        form = next((form for form in PATHS if path.endswith(form)), "")
        if received.method == "POST" and form:
            self._answer(connection, received, form)
        elif path.endswith("/models"):
            connection.send(*self._list_models(received))
        else:
            try:
                connection.send(*self._control(path, received.body))
            except (ConfigError, KeyError, TypeError, ValueError) as error:
                connection.send(400, write_error(CHAT, str(error)))

    def _answer(self, connection: Connection, received: Received, form: str) -> None:
        asked = parse(received.body, form)
        if asked is None:
            connection.send(400, write_error(form, f"no request for {form}"))
            return
        ledger = self._ledger  # the one it began in, should a reset come meanwhile
        left = self._bucket.take(self._options, datetime.now(UTC))
        asked = replace(
            asked,
            authorization=_authorization(received),
            attempt=ledger.attempt(asked.hash),
            in_flight=ledger.in_flight + 1,
            is_over=left is not None and left.is_over,
        )
        record = ledger.begin(asked)
        decision = decide(asked, self._options, self._script)

        def finish() -> None:
            ledger.end(asked, record, decision)
            _carry_out(connection, decision, left.headers(form, datetime.now(UTC)) if left else {})

        if not decision.delay:
            finish()
            return
        timer = asyncio.get_running_loop().call_later(decision.delay, finish)

        def leave() -> None:
            timer.cancel()
            ledger.end(asked, record, None)

        connection.gone = leave

    def _list_models(self, received: Received) -> tuple[int, bytes]:
        key = self._options.api_key
        if key and _authorization(received) != f"Bearer {key}":
            return 401, write_error(CHAT, "the key is missing or wrong")
        listed = [{"id": model, "object": "model"} for model in self._options.models or ("test-model",)]
        return 200, orjson.dumps({"object": "list", "data": listed})

    def _control(self, path: str, body: bytes) -> tuple[int, bytes]:
        match path:
            case "/stats":
                return 200, orjson.dumps(self._ledger.stats())
            case "/requests":
                return 200, orjson.dumps(self._ledger.requests())
            case "/reset":
                self._ledger, self._bucket = Ledger(), Bucket()
                return 200, b"{}"
            case "/configure":
                self._configure(change(self._options, orjson.loads(body)))
                return 200, b"{}"
            case "/down":
                asyncio.get_running_loop().call_soon(self._go_down, float(orjson.loads(body)["seconds"]))
                return 200, b"{}"
        return 404, write_error(CHAT, f"there is no {path}")

    def _configure(self, options: Options) -> None:
        self._options, self._script = options, options.replies + (read_script(options.script) if options.script else ())

    def _go_down(self, seconds: float) -> None:
        self.stop()
        if self._waking is not None:
            self._waking.cancel()
        self._waking = asyncio.get_running_loop().create_task(self._wake(seconds))

    async def _wake(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.listen()


def _carry_out(connection: Connection, decision: Decision, headers: Mapping[str, str]) -> None:
    if not decision.status:
        connection.reset()
    elif decision.fault == "cut":
        connection.cut(decision.body)
    else:
        wait = {"Retry-After": f"{decision.retry_after:g}"} if decision.retry_after else {}
        connection.send(decision.status, decision.body, decision.content_type, {**headers, **wait})


def _authorization(received: Received) -> str:
    """Return the key of a request as a bearer token, whichever header it came in."""
    key = received.headers.get("x-api-key")
    return f"Bearer {key}" if key else received.headers.get("authorization", "")


async def _serve(server: Server, *, until_eof: bool) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    if until_eof:
        loop.add_reader(sys.stdin, stopped.set)
    endpoint = await server.listen()
    sys.stdout.write(f"listening on {endpoint}\n")
    sys.stdout.flush()
    await stopped.wait()
    server.stop()
