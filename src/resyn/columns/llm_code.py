"""The `llm-code` column: the code in an answer."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa

from resyn.columns.conversation import Conversation, Unfit
from resyn.columns.media import media_pools
from resyn.models.completion import Completion
from resyn.spec import Program
from resyn.spec.columns.llm_code import LLMCode

_OPENED = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([^\n`]*)\n", re.MULTILINE)
_NAMES = {
    "bash": {"bash", "sh", "shell", "zsh"},
    "cpp": {"cpp", "c++", "cxx"},
    "csharp": {"csharp", "c#", "cs"},
    "go": {"go", "golang"},
    "javascript": {"javascript", "js", "jsx"},
    "kotlin": {"kotlin", "kt"},
    "python": {"python", "py", "python3"},
    "ruby": {"ruby", "rb"},
    "rust": {"rust", "rs"},
    "sql": {"sql", "sqlite", "tsql", "bigquery", "mysql", "postgres", "postgresql", "plpgsql"},
    "typescript": {"typescript", "ts", "tsx"},
}
"""Language → what models write behind the fence; of others the name itself."""
_SPOKEN = {"sql:ansi": "ANSI SQL", "sql:bigquery": "BigQuery SQL", "sql:mysql": "MySQL", "sql:postgres": "PostgreSQL"}
_SPOKEN |= {"sql:sqlite": "SQLite's SQL", "sql:tsql": "T-SQL", "cpp": "C++", "csharp": "C#"}


class Code:
    """Take the code out of an answer."""

    arrow_type = pa.string()
    schema = None
    wanted = "code"

    def __init__(self, code_lang: str) -> None:
        self._language = code_lang.partition(":")[0]
        spoken = _SPOKEN.get(code_lang, self._language)
        self.instructions = f"Answer with {spoken} code in one fenced block that begins with ```{self._language}, and nothing else."

    def parse(self, completion: Completion) -> str:
        """Return what stands in the first fenced block in the language, else in the first one, else the answer as it is.

        Raises:
            Unfit: there is no code, or it was cut at max_tokens.
        """
        blocks = _blocks(completion.text)
        of_language = (block for block in blocks if block[0] in _NAMES.get(self._language, {self._language}))
        _, code, is_closed = next(of_language, blocks[0] if blocks else ("", completion.text, not completion.is_cut))
        if completion.is_cut and not is_closed:
            raise Unfit("it was cut at max_tokens inside its code")
        if not code.strip():
            raise Unfit("there is no code in it")
        return code.rstrip().lstrip("\n")


pools = media_pools


def build_in(column: LLMCode, program: Program, root: Path) -> Conversation:
    """Return the code of an llm-code column."""
    return Conversation(column, program, Code(column.code_lang), root)


def _blocks(text: str) -> list[tuple[str, str, bool]]:
    """Return the name, the code and whether it is closed of each fenced block; one that is not reaches to the end."""
    blocks, at = [], 0
    while opened := _OPENED.search(text, at):
        fence = opened[1]
        closed = re.compile(rf"^[ \t]*{re.escape(fence)}{re.escape(fence[0])}*[ \t]*$", re.MULTILINE).search(text, opened.end())
        end, at = closed.span() if closed else (len(text), len(text))
        blocks.append((opened[2].strip().partition(" ")[0].lower(), text[opened.end() : end], closed is not None))
    return blocks
