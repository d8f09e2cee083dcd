"""Verdicts on code: Data Designer's, but each text its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from resyn.columns.protocol import Block, BlockColumn
from resyn.columns.validation import build_in, pools
from resyn.errors import ResynError
from resyn.spec import Program
from resyn.spec.columns.validation import Validation
from resyn.spec.validators.code import Code

GOOD = "def double(number):\n    return number * 2\n"
BROKEN = "def double(number:\n    return\n"
UNDEFINED = "print(missing)\n"
UNUSED = "for i in []:\n    pass\nelse:\n    pass\n"


def program(**pools: str) -> Program:
    """Return a program of no columns."""
    return Program(name="n", seed=1, draw=0, reference_date="2026-01-01", columns=(), pools=pools)


def judged(lang: str, **columns: list[str | None]) -> list[dict[str, Any]]:
    """Return the verdicts on the rows of some columns."""
    spec = Validation(name="v", target_columns=tuple(columns), validator_params=Code(code_lang=lang))
    column = build_in(spec, program(), Path())
    assert isinstance(column, BlockColumn)
    values = {name: pa.array(texts, pa.string()) for name, texts in columns.items()}
    array = column.compute(Block(rows=range(len(next(iter(columns.values())))), columns=values))
    assert array.type == column.arrow_type
    verdicts: list[dict[str, Any]] = array.to_pylist()
    return verdicts


def test_python_is_judged_as_data_designer_does() -> None:
    """Valid unless an error or worse; the score is pylint's; messages come worst first."""
    good, broken, undefined, unused, nothing = judged("python", code=[GOOD, BROKEN, UNDEFINED, UNUSED, None])
    assert good == {"is_valid": True, "python_linter_score": 10.0, "python_linter_severity": "none", "python_linter_messages": []}
    assert (broken["is_valid"], broken["python_linter_score"], broken["python_linter_severity"]) == (False, 0.0, "fatal")
    assert broken["python_linter_messages"][0]["symbol"] == "SyntaxError"
    assert (undefined["is_valid"], undefined["python_linter_severity"], undefined["python_linter_score"]) == (False, "error", 0.0)
    (message,) = undefined["python_linter_messages"]
    assert (message["type"], message["symbol"], message["line"], message["column"]) == ("error", "F821", 1, 7)
    assert (unused["is_valid"], unused["python_linter_severity"]) == (True, "warning")
    assert 0 < unused["python_linter_score"] < 10
    assert nothing is None


@pytest.mark.parametrize(
    ("dialect", "valid", "invalid"),
    [
        ("sql:ansi", "SELECT a FROM t", "SELEC a FROM t"),
        ("sql:postgres", "SELECT a::int FROM t", "SELECT FROM WHERE"),
        ("sql:mysql", "SELECT `a` FROM t LIMIT 3", "SELECT a FROM (t"),
        ("sql:sqlite", "INSERT OR REPLACE INTO t VALUES (1)", "INSERT INTO INTO t"),
        ("sql:tsql", "SELECT TOP 3 a FROM t", "SELECT TOP FROM"),
        ("sql:bigquery", "SELECT * EXCEPT (a) FROM t", "SELECT * EXCEPT FROM"),
    ],
)
def test_sql_is_parsed_in_its_dialect(dialect: str, valid: str, invalid: str) -> None:
    """Only what cannot be parsed is invalid; style is not asked about."""
    right, wrong = judged(dialect, code=[valid, invalid])
    assert right == {"is_valid": True, "error_messages": ""}
    assert wrong["is_valid"] is False
    assert wrong["error_messages"].startswith("PRS: ")


def test_a_decimal_without_a_scale_is_invalid() -> None:
    """Data Designer's own check."""
    (verdict,) = judged("sql:ansi", code=["SELECT CAST(a AS DECIMAL(10)) FROM t"])
    assert verdict["is_valid"] is False
    assert "DECIMAL definitions without a scale" in verdict["error_messages"]


def test_a_template_in_sql_is_not_filled_in() -> None:
    """What a model wrote is never run."""
    (verdict,) = judged("sql:ansi", code=["SELECT {{ 'a' }} FROM t"])
    assert verdict["is_valid"] is False


@pytest.mark.parametrize(("lang", "right", "wrong"), [("python", GOOD, BROKEN), ("sql:ansi", "SELECT 1", "SELEC 1")])
def test_each_column_of_several_has_its_own_verdict_in_each_row(lang: str, right: str, wrong: str) -> None:
    """Where Data Designer gives every row of the second the verdict of row 0."""
    rows = judged(lang, one=[right, wrong, right], two=[right, right, wrong])
    assert [[row[name]["is_valid"] for name in ("one", "two")] for row in rows] == [[True, True], [False, True], [True, False]]


def test_a_verdict_depends_on_its_text_alone() -> None:
    """Not on what stands beside it, nor on a configuration in the folder."""
    texts: list[str | None] = [GOOD, BROKEN, UNDEFINED, UNUSED]
    together = judged("python", code=texts)
    assert [judged("python", code=[text])[0] for text in texts] == together
    assert judged("python", code=texts[::-1])[::-1] == together


def test_no_configuration_around_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither ruff's nor sqlfluff's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ruff.toml").write_text('[lint]\nignore = ["F821"]\n')
    (tmp_path / ".sqlfluff").write_text("[sqlfluff]\ndialect = nonsense\n")
    assert judged("python", code=[UNDEFINED])[0]["is_valid"] is False
    assert judged("sql:ansi", code=["SELECT 1"])[0]["is_valid"] is True


def test_the_version_of_a_linter_is_part_of_the_identity(tmp_path: Path) -> None:
    """And another one refuses to go on under the same plan."""
    spec = Validation(name="v", target_columns=("code",), validator_params=Code(code_lang="python"))
    assert pools(spec, tmp_path).keys() == {"ruff"}
    sql = Validation(name="v", target_columns=("code",), validator_params=Code(code_lang="sql:ansi"))
    assert pools(sql, tmp_path).keys() == {"sqlfluff"}
    with pytest.raises(ResynError, match=r"column 'v': the plan was made with ruff 0\.0\.1, and") as caught:
        build_in(spec, program(ruff="0.0.1"), tmp_path)
    assert "pip install ruff==0.0.1" in caught.value.hint
