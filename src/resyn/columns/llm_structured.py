"""The `llm-structured` column: an answer that fits a JSON Schema, as real structs and lists."""

from __future__ import annotations

from pathlib import Path

import orjson

from resyn.columns.conversation import Conversation
from resyn.columns.json_answer import JSONAnswer
from resyn.columns.media import media_pools
from resyn.spec import Program
from resyn.spec.columns.llm_structured import LLMStructured

pools = media_pools


def build_in(column: LLMStructured, program: Program, root: Path) -> Conversation:
    """Return the code of an llm-structured column."""
    return Conversation(column, program, JSONAnswer(orjson.loads(column.output_format), "`output_format`"), root)
