"""The `llm-text` column: what a model answers to a prompt."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from resyn.columns.conversation import Conversation, Unfit
from resyn.columns.media import media_pools
from resyn.models.completion import Completion
from resyn.spec import Program
from resyn.spec.columns.llm_text import LLMText


class Words:
    """Take the words of an answer."""

    arrow_type = pa.string()
    schema = None
    instructions = ""
    wanted = "words"

    def parse(self, completion: Completion) -> str:
        """Return the words.

        Raises:
            Unfit: there are none.
        """
        if text := completion.text.strip():
            return text
        raise Unfit("the model answered with nothing" + completion.why_empty)


pools = media_pools


def build_in(column: LLMText, program: Program, root: Path) -> Conversation:
    """Return the code of an llm-text column."""
    return Conversation(column, program, Words(), root)
