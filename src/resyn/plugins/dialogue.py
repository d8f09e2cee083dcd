"""A call of a plugin's function that asks models as it goes: it runs in a thread of its own and waits there for each answer."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from resyn.plugins.call import Function, RowFailed, as_exception

Parser = Callable[[str], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Hold one request that the function makes; `number` counts those of the same words in one call."""

    alias: str
    messages: tuple[Mapping[str, Any], ...]
    number: int
    deliver: Callable[[Any], None] = field(repr=False)
    """Hands over the text of the answer, or an exception."""


@dataclass(frozen=True, slots=True)
class Returned:
    """Hold what the function returned, or the exception it raised."""

    value: Any


class Dialogue:
    """Drive one call; `resume` it with each answer."""

    def __init__(self, function: Function, arguments: Mapping[str, Any], aliases: Sequence[str]) -> None:
        self._function, self._arguments = function, arguments
        self.models = {alias: Model(alias, self) for alias in aliases}
        # All mutable state, under the lock: what the function came to and nobody took yet, who waits for it, what it waits for.
        self._lock = threading.Lock()
        self._came: deque[Question | Returned] = deque()
        self._waiter: Future[Question | Returned] | None = None
        self._open: set[Question] = set()
        self._counted: Counter[tuple[str, str]] = Counter()
        self._is_over = False

    def resume(self, question: Question | None, answer: Any) -> Future[Question | Returned]:
        """Begin, or hand over the answer to a question; return what the function comes to next."""
        if question is None:
            threading.Thread(target=self._run, daemon=True, name=self._function.name).start()
        else:
            self._open.discard(question)
            question.deliver(answer)
        with self._lock:
            following: Future[Question | Returned] = Future()
            if self._came:
                following.set_result(self._came.popleft())
            else:
                self._waiter = following
            return following

    def abandon(self) -> None:
        """Let a function that still waits for an answer end."""
        self._is_over = True
        for question in tuple(self._open):
            question.deliver(RowFailed("the run has ended"))

    def ask(self, alias: str, messages: tuple[Mapping[str, Any], ...], deliver: Callable[[Any], None]) -> None:
        """Put a question, from the function's thread."""
        words = alias, repr(messages)
        question = Question(alias, messages, self._counted[words], deliver)
        self._counted[words] += 1
        self._open.add(question)
        if self._is_over:
            deliver(RowFailed("the run has ended"))
        else:
            self._come(question)

    def _run(self) -> None:
        arguments = dict(self._arguments) | ({"models": self.models} if "models" in self._arguments else {})
        try:
            value = asyncio.run(self._function.call(**arguments)) if self._function.is_async else self._function.call(**arguments)
        except BaseException as error:  # noqa: BLE001 - SystemExit in a plugin, too, is the run's to hear of
            value = as_exception(error)
        self._come(Returned(value))

    def _come(self, step: Question | Returned) -> None:
        with self._lock:
            if self._waiter is None:
                self._came.append(step)
                return
            waiter, self._waiter = self._waiter, None
        if waiter.set_running_or_notify_cancel():  # nobody waits any more for what took too long
            waiter.set_result(step)


class Model:
    """One model as a function sees it."""

    def __init__(self, alias: str, dialogue: Dialogue) -> None:
        self._alias, self._dialogue = alias, dialogue

    def generate(
        self, prompt: str, *, system_prompt: str = "", parser: Parser | None = None, max_conversation_restarts: int = 0, **_: Any
    ) -> tuple[Any, list[dict[str, Any]]]:
        """Return what the model answered, parsed, and the messages; Data Designer's other arguments have no effect.

        Raises:
            RowFailed: the request was refused, or `parser` raised for every answer; left alone, the row is drawn again.
        """
        messages = _messages(prompt, system_prompt)
        for restart in range(max_conversation_restarts + 1):
            reply: Future[Any] = Future()
            self._dialogue.ask(self._alias, messages, reply.set_result)
            if parsed := _parsed(reply.result(), parser, messages, is_last=restart == max_conversation_restarts):
                return parsed
        raise AssertionError("unreachable: the last answer is returned or raises")

    async def agenerate(
        self, prompt: str, *, system_prompt: str = "", parser: Parser | None = None, max_conversation_restarts: int = 0, **_: Any
    ) -> tuple[Any, list[dict[str, Any]]]:
        """Do the same without blocking the function's event loop."""
        messages = _messages(prompt, system_prompt)
        for restart in range(max_conversation_restarts + 1):
            reply: Future[Any] = Future()
            self._dialogue.ask(self._alias, messages, reply.set_result)
            answer = await asyncio.wrap_future(reply)
            if parsed := _parsed(answer, parser, messages, is_last=restart == max_conversation_restarts):
                return parsed
        raise AssertionError("unreachable: the last answer is returned or raises")


def _messages(prompt: str, system_prompt: str) -> tuple[Mapping[str, Any], ...]:
    user = {"role": "user", "content": prompt}
    return ({"role": "system", "content": system_prompt}, user) if system_prompt else (user,)


def _parsed(
    answer: Any, parser: Parser | None, messages: Sequence[Mapping[str, Any]], *, is_last: bool
) -> tuple[Any, list[dict[str, Any]]] | None:
    if isinstance(answer, Exception):
        raise answer
    try:
        value = parser(answer) if parser else answer
    except Exception as error:
        if is_last:
            raise RowFailed(f"the parser took no answer: {type(error).__name__}: {error}") from error
        return None
    return value, [*map(dict, messages), {"role": "assistant", "content": answer}]
