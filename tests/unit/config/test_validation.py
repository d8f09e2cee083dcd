"""What a person may write about validators, and what is wrong with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from resyn.config import load
from resyn.errors import ConfigError
from resyn.project import Project
from resyn.spec import Limits, Provider
from resyn.spec.columns.validation import Validation
from resyn.spec.validators.code import Code
from resyn.spec.validators.remote import Remote

Write = Callable[[str, str], None]
Refused = Callable[[], ConfigError]

CONFIG = """\
columns:
  - {{name: n, column_type: sampler, sampler_type: poisson, params: {{mean: 3}}}}
  - {{name: text, column_type: expression, expr: "SELECT {{{{ n }}}}"}}
  - name: ok
    column_type: validation
    target_columns: [text]
    {}
"""


@pytest.fixture(autouse=True)
def project_with_a_plugin(project: Project) -> None:
    """Have plugins that work, that cannot be imported, and that raise."""
    (project.root / "plugins").mkdir()
    (project.root / "plugins/checks.py").write_text("def check(row): return True\nLIMIT = 3\n")
    (project.root / "plugins/lost.py").write_text("import math\n\nimport no_such_package\n")
    (project.root / "plugins/wrong.py").write_text("def f(row:\n")
    (project.root / "plugins/raises.py").write_text("from plugins.checks import LIMIT\nX = LIMIT / 0\n")


def configured(project: Project, write: Write, text: str) -> Validation:
    """Return the column of a config."""
    write("configs/tickets.yaml", CONFIG.format(text))
    column = load(project).program.columns[2]
    assert isinstance(column, Validation)
    return column


def test_data_designers_remote_validator_loads_unchanged(project: Project) -> None:
    """Its address is its name; where it is, how many rows a call takes and how many are open is no part of the identity."""
    (project.root / "configs/tickets.yaml").write_text((Path(__file__).parent / "data/remote.yaml").read_text())
    loaded = load(project)
    column = loaded.program.columns[1]
    assert isinstance(column, Validation)
    assert isinstance(column.validator_params, Remote)
    assert column.validator_params.name == "http://127.0.0.1:8099/v"
    assert json.loads(column.validator_params.output_schema)["properties"]["data"]["items"]["required"] == ["is_valid"]
    assert loaded.runtime.providers == {"http://127.0.0.1:8099/v": Provider(endpoint="http://127.0.0.1:8099/v", batch_size=10)}
    assert loaded.runtime.limits == {"column rv": Limits(max_parallel_requests=40, timeout=5.0, skip_health_check=True)}


def test_code_needs_a_language_alone(project: Project, write: Write) -> None:
    """The type may stand beside the parameters, inside them, or both."""
    expected = Validation(name="ok", target_columns=("text",), validator_params=Code(code_lang="sql:postgres"))
    for form in (
        "validator_type: code\n    validator_params: {code_lang: sql:postgres}",
        "validator_params: {validator_type: code, code_lang: sql:postgres}",
        "validator_type: code\n    validator_params: {validator_type: code, code_lang: sql:postgres}\n    batch_size: 50",
    ):
        assert configured(project, write, form) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "validator_type: codes\n    validator_params: {code_lang: python}",
            ":7: column 'ok': 'validator_type' is 'codes', which does not exist (did you mean 'code'?)",
        ),
        ("validator_type: code\n    validator_params: {code_lang: perl}", ":8: column 'ok': 'validator_params.code_lang' must be"),
        (
            "validator_type: code\n    validator_params: {code_lang: python, timeout: 3}",
            ":8: unknown key 'timeout' in 'validator_params' of column 'ok'",
        ),
        (
            "validator_type: remote\n    validator_params: {endpoint_url: 'x'}",
            ":8: column 'ok': 'validator_params.endpoint_url' must be an address",
        ),
        (
            "validator_type: remote\n    validator_params: {endpoint_url: 'http://h', api_key: sk-123}",
            "'validator_params.api_key' must be the name of an environment variable",
        ),
        (
            "validator_type: remote\n    validator_params: {endpoint_url: 'http://h', output_schema: {type: object}}",
            "'validator_params.output_schema' tells no type of a verdict",
        ),
        (
            "validator_type: json_schema\n    validator_params: {json_schema: {type: nonsense}}",
            "'validator_params.json_schema' is no JSON Schema",
        ),
        (
            "validator_type: local_callable\n    validator_params: {validation_function: 'plugins.lost:f'}",
            ":8: column 'ok': plugins/lost.py:3: cannot be imported: ModuleNotFoundError: No module named 'no_such_package'",
        ),
        (
            "validator_type: local_callable\n    validator_params: {validation_function: 'plugins.wrong:f'}",
            ":8: column 'ok': plugins/wrong.py:1: cannot be imported: SyntaxError",
        ),
        (
            "validator_type: local_callable\n    validator_params: {validation_function: 'plugins.raises:f'}",
            ":8: column 'ok': plugins/raises.py:2: cannot be imported: ZeroDivisionError",
        ),
        (
            "validator_type: local_callable\n    validator_params: {validation_function: 'plugins.checks:chek'}",
            ":8: column 'ok': plugins/checks.py: 'chek' does not exist",
        ),
        (
            "validator_type: local_callable\n    validator_params: {validation_function: 'plugins.checks:LIMIT'}",
            "plugins/checks.py: 'LIMIT' is no function",
        ),
        ("validator_type: local_callable\n    validator_params: {validation_function: 'check'}", "'check' names no function of a plugin"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_line(write: Write, refused: Refused, text: str, message: str) -> None:
    """Before anything is asked."""
    write("configs/tickets.yaml", CONFIG.format(text))
    assert message in refused().message


def test_a_target_must_exist(write: Write, refused: Refused) -> None:
    """And be another column, once."""
    form = CONFIG.format("validator_type: code\n    validator_params: {code_lang: python}")
    for targets, message in (
        ("[txt]", "the target 'txt' does not exist (did you mean 'text'?)"),
        ("[ok]", "the target 'ok' is the column itself"),
        ("[n, n]", "'n' is a target twice"),
    ):
        write("configs/tickets.yaml", form.replace("[text]", targets))
        assert message in refused().message


@pytest.mark.parametrize(("lang", "package"), [("python", "ruff"), ("sql:ansi", "sqlfluff")])
def test_a_package_that_is_not_installed_is_named_when_planning(
    write: Write, refused: Refused, monkeypatch: pytest.MonkeyPatch, lang: str, package: str
) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, package, None)
    write("configs/tickets.yaml", CONFIG.format(f"validator_type: code\n    validator_params: {{code_lang: '{lang}'}}"))
    error = refused()
    assert f"is checked by {package}, which is not installed" in error.message
    assert error.hint == "run `pip install 'resyn[validate]'`"
