"""Code is taken out of an answer, however the model wraps it."""

from __future__ import annotations

import pytest

from resyn.columns.conversation import Unfit
from resyn.columns.llm_code import Code
from resyn.models.completion import Completion
from resyn.spec.columns.llm_code import LLMCode
from unit.columns.conftest import Converse


def read(text: str, language: str = "python", reason: str = "stop") -> str:
    """Return the code in an answer."""
    return Code(language).parse(Completion(text, reason))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```python\nprint(1)\n```", "print(1)"),
        ("Sure:\n```py\nif a:\n    b()\n```\nIt prints.", "if a:\n    b()"),
        ("```bash\npip install x\n```\n```Python3\nimport x\n```", "import x"),
        ("```\nprint(1)\n```\nthen\n```\nprint(2)\n```", "print(1)"),
        ("~~~python\nprint(1)\n~~~", "print(1)"),
        ('````python\ndoc = """\n```\n"""\n````', 'doc = """\n```\n"""'),
        ("  ```python\n    a = 1\n  ```", "    a = 1"),
        ("print(1)\n", "print(1)"),
        ("```python\nprint(1)", "print(1)"),
        ("```python title=x.py\nprint(1)\r\n```", "print(1)"),
    ],
)
def test_the_block_in_the_language_else_the_first_else_all_of_it(text: str, code: str) -> None:
    """Indentation stays, line ends around it go."""
    assert read(text) == code


def test_a_dialect_is_fenced_as_sql() -> None:
    """By its name or by sql."""
    for name in ("sql", "postgresql", "SQL"):
        assert read(f"```text\nno\n```\n```{name}\nSELECT 1\n```", "sql:postgres") == "SELECT 1"


@pytest.mark.parametrize(
    ("text", "reason"), [("```python\n\n```", "stop"), ("", "stop"), ("```python\ndef f(", "length"), ("def f(", "length")]
)
def test_an_empty_or_cut_answer_is_unfit(text: str, reason: str) -> None:
    """Half a function is worse than none."""
    with pytest.raises(Unfit):
        read(text, reason=reason)


def test_a_whole_block_in_a_cut_answer_is_whole() -> None:
    """What was cut is the talk after it."""
    assert read("```python\nprint(1)\n```\nThis pri", reason="length") == "print(1)"


def test_the_prompt_names_the_language(converse: Converse) -> None:
    """Below what the person wrote; an answer without code begins a new conversation."""
    column = LLMCode(name="query", model_alias="writer", prompt="Count the rows.", code_lang="sql:tsql")
    value, asked = converse(column, "", "```sql\nSELECT count(*) FROM t\n```")
    assert value == "SELECT count(*) FROM t"
    assert asked[0].messages[0]["content"].startswith("Count the rows.\n\nAnswer with T-SQL code")
    assert [request.restart for request in asked] == [0, 1]
