"""Verdicts on SQL by sqlfluff: whether a text can be parsed in a dialect, and Data Designer's check of DECIMAL."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from resyn.columns.validators.judge import Item
from resyn.columns.verdict import MESSAGES

_DECIMAL_WITHOUT_SCALE = re.compile(r"DECIMAL\(\d+\)")
_PARSING = threading.Lock()
"""Held while a text is parsed: a linter of sqlfluff is not made for threads, and its work is Python's."""


class SQLJudge:
    """Parse texts in one dialect; no configuration of the project or the person counts, and no template is filled in."""

    takes_one = True
    verdict_type = MESSAGES

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect

    def judge(self, items: Sequence[Item]) -> list[Any]:
        """Return one verdict a text, None for no text."""
        codes = [next(iter(item.values.values())) for item in items]
        verdicts = {text: self._verdict(text) for text in {str(code) for code in codes if code is not None}}
        return [None if code is None else verdicts[str(code)] for code in codes]

    async def judge_async(self, items: Sequence[Item]) -> list[Any]:
        """Do the same in a worker thread."""
        return await asyncio.to_thread(self.judge, items)

    def _verdict(self, text: str) -> dict[str, Any]:
        try:
            with _PARSING:
                violations = self._linter.parse_string(text).violations
        except Exception as error:  # noqa: BLE001 - a text that breaks the parser is no valid one, as in Data Designer
            return {"is_valid": False, "error_messages": f"Exception during SQL parsing: {error}"}
        messages = [f"{error.rule_code()}: {error.desc()}" for error in violations if error.rule_code().startswith("PRS")]
        if _DECIMAL_WITHOUT_SCALE.search(text):
            messages.append("Custom Check: Found DECIMAL definitions without a scale, which may be incorrect.")
        return {"is_valid": not messages, "error_messages": "\n".join(messages)}

    @cached_property
    def _linter(self) -> Any:
        from sqlfluff.core import FluffConfig, Linter

        logging.getLogger("sqlfluff").setLevel(logging.ERROR)
        overrides: dict[str, Any] = {"dialect": self._dialect, "templater": "raw"}
        return Linter(config=FluffConfig(overrides=overrides, ignore_local_config=True))
