"""What a person may write about tools, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from resyn.config import load
from resyn.errors import ConfigError
from resyn.project import Project
from resyn.spec import Limits, Provider
from resyn.spec.program import ToolSet

Write = Callable[[str, str], None]
Refused = Callable[[], ConfigError]
CONFIG = (Path(__file__).parent / "data/tools.yaml").read_text()
PROVIDERS = """\
providers: [{name: lab, endpoint: "http://127.0.0.1:9/v1"}]
mcp_providers: [{name: calc, command: python, args: [calc.py]}]
"""


def test_data_designers_tools_load_unchanged(project: Project, write: Write) -> None:
    """Where their servers are is no part of the identity."""
    write("configs/tickets.yaml", CONFIG)
    write("providers.yaml", PROVIDERS)
    loaded = load(project)
    assert loaded.program.tools == {"t": ToolSet(tool_alias="t", providers=("calc",), allow_tools=("add",), max_tool_call_turns=3)}
    assert loaded.runtime.providers["calc"] == Provider(command="python", args=("calc.py",))
    assert loaded.runtime.limits["tools t"] == Limits(timeout=10.0, skip_health_check=True)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: calc", "name: calk", "tools 't': there is no 'calc' under 'mcp_providers' in providers.yaml (did you mean 'calk'?)"),
        ("name: calc", "name: lab", "tools 't': there is no 'calc' under 'mcp_providers'"),
        ("command: python, ", "", "needs 'command', what starts the server"),
        ("command: python", "provider_type: streamable_http", "needs 'endpoint', the address of the server"),
        ("command: python", "command: python, api_key: sk-1", "must be the name of an environment variable"),
    ],
)
def test_servers_that_cannot_be_used_are_told(write: Write, refused: Refused, old: str, new: str, message: str) -> None:
    """Before anything is started."""
    write("configs/tickets.yaml", CONFIG)
    write("providers.yaml", PROVIDERS.replace(old, new))
    assert message in refused().message
