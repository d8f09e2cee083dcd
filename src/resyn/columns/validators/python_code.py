"""Verdicts on Python by ruff: Data Designer's rules, severities and score; one process for many texts."""

from __future__ import annotations

import ast
import asyncio
import re
import subprocess
import sys
import tempfile
import threading
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from resyn.columns.validators.judge import Item
from resyn.errors import ResynError

_RULES = "E,F6,F7,F8,SIM,PLC,PLE,PLR,PLW"
_SEVERITIES = ("fatal", "error", "warning", "convention", "refactor")
"""From the worst on."""
_OF_RULES = {"E": "refactor", "F": "error", "SIM": "refactor", "PLC": "convention", "PLE": "error", "PLR": "refactor", "PLW": "warning"}
_SYNTAX_ERROR = "SyntaxError"
_MESSAGE = pa.struct(
    [("type", pa.string()), ("symbol", pa.string()), ("line", pa.int64()), ("column", pa.int64()), ("message", pa.string())]
)
_WARNINGS = threading.Lock()
"""Held while Python's filter of warnings, one for all threads, is another."""


class PythonJudge:
    """Lint texts; nothing is run, and no configuration of the project or the person counts."""

    takes_one = True
    verdict_type = pa.struct(
        [
            ("is_valid", pa.bool_()),
            ("python_linter_score", pa.float64()),
            ("python_linter_severity", pa.string()),
            ("python_linter_messages", pa.list_(_MESSAGE)),
        ]
    )

    def judge(self, items: Sequence[Item]) -> list[Any]:
        """Return one verdict a text, None for no text.

        Raises:
            ResynError: ruff failed.
        """
        codes = [next(iter(item.values.values())) for item in items]
        texts = dict.fromkeys(str(code) for code in codes if code is not None)
        verdicts = dict(zip(texts, _lint(list(texts)), strict=True))
        return [None if code is None else verdicts[str(code)] for code in codes]

    async def judge_async(self, items: Sequence[Item]) -> list[Any]:
        """Do the same in a worker thread."""
        return await asyncio.to_thread(self.judge, items)


def _lint(texts: Sequence[str]) -> list[dict[str, Any]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="resyn-ruff-") as folder:
        for number, text in enumerate(texts):
            (Path(folder) / f"{number}.py").write_bytes(text.encode(errors="surrogatepass"))
        for diagnostic in _run(folder) if texts else ():
            found[int(Path(diagnostic["filename"]).stem)].append(_message(diagnostic))
    return [_verdict(text, found[number]) for number, text in enumerate(texts)]


def _run(folder: str) -> list[dict[str, Any]]:
    options = ("--isolated", "--no-cache", "--quiet", "--exit-zero", "--target-version", "py311", "--select", _RULES)
    command = [sys.executable, "-m", "ruff", "check", *options, "--output-format", "json", folder]
    done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    try:
        diagnostics: list[dict[str, Any]] = orjson.loads(done.stdout)
    except orjson.JSONDecodeError as error:
        said = done.stderr.decode(errors="replace").strip()
        raise ResynError(f"ruff ended with code {done.returncode}: {said[-300:]}", hint="run `pip install 'resyn[validate]'`") from error
    return diagnostics


def _message(diagnostic: Mapping[str, Any]) -> dict[str, Any]:
    code, place = diagnostic["code"], diagnostic["location"] or {"row": 1, "column": 1}
    symbol = code if code and re.fullmatch("[A-Z]+[0-9]+", code) else _SYNTAX_ERROR
    kind = "fatal" if symbol == _SYNTAX_ERROR else _OF_RULES.get(symbol.rstrip("0123456789"), "warning")
    return {"type": kind, "symbol": symbol, "line": place["row"], "column": place["column"], "message": diagnostic["message"]}


def _verdict(text: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
    messages.sort(key=lambda item: (_SEVERITIES.index(item["type"]), item["line"], item["column"], item["symbol"]))
    severity = messages[0]["type"] if messages else "none"
    return {
        "is_valid": severity not in ("fatal", "error"),
        "python_linter_score": _score(text, [item["type"] for item in messages]),
        "python_linter_severity": severity,
        "python_linter_messages": messages,
    }


def _score(text: str, severities: Sequence[str]) -> float:
    """Return pylint's evaluation, 0 to 10: ten less ten times (5 an error, 1 any other) a statement; 0 where it cannot be parsed."""
    if "fatal" in severities:
        return 0.0
    weight = sum(5 if severity == "error" else 1 for severity in severities)
    return max(0.0, 10.0 - weight / max(1, _statements(text)) * 10)


def _statements(text: str) -> int:
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes that do not exist: ruff speaks of those
        try:
            return sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(text)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return 0
