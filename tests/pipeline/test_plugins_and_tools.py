"""A config with a plugin that asks a model, tools and `accept`, through real commands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support import tool_server
from support.dvc_project import PROVIDERS, DVCProject
from support.processes import answered, kill_tree, repro_started, wait_until

CONFIG = """\
model_configs:
  - {alias: writer, model: fake, provider: lab, inference_parameters: {max_parallel_requests: 4}}
tool_configs:
  - {tool_alias: math, providers: [calc], allow_tools: [add]}
columns:
  - {name: share, column_type: sampler, sampler_type: uniform, params: {low: 0, high: 1}}
  - {name: sum, column_type: llm-text, model_alias: writer, tool_alias: math, prompt: "SUM {{ share }}"}
  - {name: score, column_type: custom, generator_function: "plugins.scores:score"}
accept: share < 0.7
"""
SCORES = """\
from plugins.shared import rated
from resyn import custom_column_generator


@custom_column_generator(required_columns=["sum"], model_aliases=["writer"])
def score(row, models) -> int:
    reply, _ = models["writer"].generate("SCORE " + row["sum"])
    return rated(reply)
"""
SHARED = """\
def rated(reply):
    return len(reply)
"""
IN_FLIGHT = 4


@pytest.fixture
def calls(project: DVCProject, tmp_path: Path) -> Path:
    """Return the file that the tool server notes its calls in, for a project of 10 rows in 2 batches."""
    calls, root = tmp_path / "calls", project.root
    calls.touch()
    (root / "configs/reviews.yaml").write_text(CONFIG)
    (root / "plugins/scores.py").write_text(SCORES)
    (root / "plugins/shared.py").write_text(SHARED)
    server = f'\nmcp_providers:\n  - {{name: calc, command: "{sys.executable}", args: ["{tool_server.__file__}", "{calls}"]}}\n'
    (root / "providers.yaml").write_text(PROVIDERS.format(endpoint=project.server.endpoint) + server)
    project.set(num_records=10, batch_size=5)
    project.resyn("plan")
    return calls


def test_what_was_killed_ends_whole_and_an_edited_plugin_asks_nothing_twice(project: DVCProject, calls: Path) -> None:
    """After SIGKILL at most what was in flight is asked again; a comment reruns no batch; a helper's body asks no model and no tool."""
    project.server.configure(latency_ms=30)
    with repro_started(project) as process:
        wait_until(answered(project, 12), process)
        kill_tree(process)
    project.resyn("run")
    rows, stats = project.rows(), project.server.stats()
    assert len(rows) == 10
    assert all(row["share"] < 0.7 and row["score"] > 0 for row in rows)
    assert stats["requests"] - stats["distinct"] <= 2 * IN_FLIGHT
    asked, called = project.requests, calls.read_text()
    assert len(set(called.splitlines())) >= 10

    (project.root / "plugins/shared.py").write_text(f"# Rates replies.\n{SHARED}")
    assert project.stages_run(project.repro()) == ["plan"]

    (project.root / "plugins/shared.py").write_text(SHARED.replace("len(reply)", "len(reply) + 1"))
    project.repro()
    assert project.rows() == [row | {"score": row["score"] + 1} for row in rows]
    assert (project.requests, calls.read_text()) == (asked, called)
