"""Make rows over an event loop: many requests in flight, whatever order their answers come in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from resyn.engine.asking import Desk
from resyn.engine.crew import Crew
from resyn.engine.interrupt import interrupted, stopped_by_signals
from resyn.engine.sending import Sending
from resyn.engine.steps import Steps, Waiting
from resyn.engine.stored import answer_from


def drive(steps: Steps, desk: Desk, missing: Mapping[bytes, Sequence[Waiting]]) -> None:
    """Make the rows that are left; `missing` are requests known not to be stored.

    Raises:
        Interrupted: SIGINT or SIGTERM came; what was in flight was waited for a while, and every answer that arrived is kept.
        ResynError: the first error that ends the run; answers that arrived are stored.
    """
    asyncio.run(_drive(steps, desk, missing))


async def _drive(steps: Steps, desk: Desk, missing: Mapping[bytes, Sequence[Waiting]]) -> None:
    news = asyncio.Event()
    sending, crew = Sending(desk, news), Crew(news)
    try:
        with stopped_by_signals(lambda: sending.stop(interrupted())) as call_off:
            try:
                sending.ask(missing)
                await _until_done(steps, desk, sending, crew, news)
            finally:
                call_off()
                await crew.close()
                await sending.close()
    except asyncio.CancelledError as error:
        raise interrupted() from error


async def _until_done(steps: Steps, desk: Desk, sending: Sending, crew: Crew, news: asyncio.Event) -> None:
    while True:
        steps.advance()
        sending.ask(answer_from(desk, steps))
        if steps.work:
            work, steps.work = steps.work, []
            crew.take(work)
        if steps.is_done:
            return
        if desk.is_idle and steps.widen():
            continue
        if not (steps.has_news or sending.came or crew.came):
            await news.wait()
        else:
            await asyncio.sleep(0)  # signals are delivered, and answers read, between two turns of the loop
        news.clear()
        if sending.error is not None:
            raise sending.error
        while sending.came:
            steps.answer(*sending.came.popleft())
        while crew.came:
            steps.result(*crew.came.popleft())
