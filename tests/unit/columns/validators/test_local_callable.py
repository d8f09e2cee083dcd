"""A function of a plugin as the judge: of a row, of a table, of lists, of a frame."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from resyn.columns.protocol import Block, BlockColumn
from resyn.columns.validation import build_in, pools
from resyn.errors import ConfigError
from resyn.plugins.call import PluginFailed
from resyn.spec import Limits, Program, Runtime, encode
from resyn.spec.columns.validation import Validation
from resyn.spec.validators.local_callable import LocalCallable

SCHEMA = json.dumps(
    {"type": "object", "properties": {"is_valid": {"type": "boolean"}, "why": {"type": "string"}}, "required": ["is_valid"]}
)
EVEN = [{"is_valid": True, "why": "2"}, {"is_valid": False, "why": "3"}, {"is_valid": True, "why": "4"}]

Judged = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    """Return the verdicts of a plugin's function on the numbers 2, 3, 4."""

    def judged(text: str, schema: str = SCHEMA) -> list[dict[str, Any]]:
        (tmp_path / "plugins").mkdir(exist_ok=True)
        (tmp_path / "plugins/checks.py").write_text(text)
        spec = Validation(
            name="ok",
            target_columns=("n", "word"),
            validator_params=LocalCallable(validation_function="plugins.checks:check", output_schema=schema),
        )
        program = Program(name="n", seed=1, draw=0, reference_date="2026-01-01", columns=(spec,), pools=pools(spec, tmp_path))
        column = build_in(spec, program, tmp_path)
        assert isinstance(column, BlockColumn)
        columns = {"n": pa.array([2, 3, 4]), "word": pa.array(["a", "b", "c"])}
        verdicts: list[dict[str, Any]] = column.compute(Block(rows=range(100, 103), columns=columns)).to_pylist()
        return verdicts

    return judged


@pytest.mark.parametrize(
    "text",
    [
        "def check(row): return {'is_valid': row['n'] % 2 == 0, 'why': str(row['n'])}",
        "async def check(row): return {'is_valid': row['n'] % 2 == 0, 'why': str(row['n'])}",
        "def check(df): return [{'is_valid': n % 2 == 0, 'why': str(n)} for n in df['n'].to_pylist()]",
        "def check(rows: dict): return {'is_valid': [n % 2 == 0 for n in rows['n']], 'why': [str(n) for n in rows['n']]}",
        "import pandas as pd\ndef check(df: pd.DataFrame) -> pd.DataFrame:\n    return pd.DataFrame({'is_valid': df.n % 2 == 0, 'why': df.n.astype(str)})",
        "import pyarrow as pa\ndef check(table: pa.Table):\n    n = table['n'].to_pylist()\n    return pa.table({'is_valid': [i % 2 == 0 for i in n], 'why': map(str, n)})",
        "def check(row):\n    row['word'] = 'changed'\n    return {'is_valid': row['n'] % 2 == 0, 'why': str(row['n']), 'beside': 1}",
    ],
)
def test_a_function_judges_rows_or_blocks(judged: Judged, text: str) -> None:
    """In the form that its parameter asks for; what the schema does not name is left out."""
    assert judged(text) == EVEN


def test_without_a_schema_the_verdict_is_a_boolean(judged: Judged) -> None:
    """And may be returned as it is."""
    assert judged("def check(row): return row['n'] < 4", "") == [{"is_valid": True}, {"is_valid": True}, {"is_valid": False}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def check(row):\n    return row['m']", r"column 'ok', row 100: plugins/checks\.py:2: KeyError: 'm'"),
        ("def check(df):\n    return 1 / 0", r"column 'ok', rows 100 to 102: plugins/checks\.py:2: ZeroDivisionError"),
        ("def check(df):\n    return [True]", r"column 'ok', rows 100 to 102: plugins/checks\.py: check returned 1 rows for 3"),
        ("def check(df):\n    return 7", r"plugins/checks\.py: check returned int, and a table or a list"),
        (
            "def check(row): return 'yes'",
            r"column 'ok', row 100: what plugins/checks\.py: check returned is no verdict: 'yes' says no `is_valid`",
        ),
        ("def check(row): return {'is_valid': 1}", "`is_valid` is 1, neither true nor false"),
        ("def check(row): return {'is_valid': True, 'why': 7}", '7 is not of type "string"'),
    ],
)
def test_a_function_that_is_wrong_is_an_error(judged: Judged, text: str, message: str) -> None:
    """With the place in the plugin, the column and the row."""
    with pytest.raises(PluginFailed, match=message):
        judged(text)


def test_a_function_that_hangs_ends_the_run(judged: Judged, tmp_path: Path) -> None:
    """After the time that the config gives it."""
    (tmp_path / "plan").mkdir()
    runtime = Runtime(limits={"column ok": Limits(timeout=0.2)})
    (tmp_path / "plan/runtime.json").write_text(json.dumps(encode(runtime)))
    with pytest.raises(PluginFailed, match=r"plugins/checks\.py: check did not return for 0\.2 s"):
        judged("import time\ndef check(row): time.sleep(60)")


def test_code_that_was_edited_since_the_plan_is_refused(tmp_path: Path) -> None:
    """The identity says what it was."""
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/checks.py").write_text("def check(row): return True")
    spec = Validation(name="ok", target_columns=("n",), validator_params=LocalCallable(validation_function="plugins.checks:check"))
    program = Program(name="n", seed=1, draw=0, reference_date="2026-01-01", columns=(spec,), pools=pools(spec, tmp_path))
    (tmp_path / "plugins/checks.py").write_text("def check(row): return False")
    with pytest.raises(ConfigError, match=r"plugins/checks\.py: 'plugins.checks:check' is not what the plan was made with"):
        build_in(spec, program, tmp_path)
