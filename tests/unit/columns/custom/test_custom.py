"""Functions of plugins that make columns: on a real plan, with a real model server where they ask models."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resyn.columns.pools import pools_of
from resyn.engine.batch_report import BatchReport
from resyn.errors import ConfigError, MissingRows
from resyn.plugins.call import PluginFailed
from resyn.spec import Column, Limits, Model, Provider, Runtime, encode
from resyn.spec.columns.custom import Custom, SideEffect
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.poisson import Poisson
from resyn.testing import ModelServer
from support.planned import Plan

N = Sampler(name="n", params=Poisson(mean=50))
TOPIC = Sampler(name="topic", params=Category(values=("tent", "lamp", "kettle")))
TEXT = LLMText(name="text", model_alias="writer", prompt="TEXT about a {{ topic }}")

Made = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def made(plan: Plan) -> Made:
    """Return the rows of a batch with a custom column `x` among others, and leave the report of the batch in the plan."""

    def made(
        text: str, *columns: Column, rows: range = range(6), timeout: float = 30.0, max_redraws: int = 3, api_key: str = "", **custom: Any
    ) -> list[dict[str, Any]]:
        folder = plan.project.root / "plugins"
        folder.mkdir(exist_ok=True)
        (folder / "mine.py").write_text(text)
        spec = Custom(**{"name": "x", "generator_function": "plugins.mine:f", "dtype": "int", "reads": ("n",)} | custom)
        program = (N, *columns, spec)
        asks = spec.model_aliases or any(isinstance(column, LLMText) for column in columns)
        plan(
            {"b00000": rows},
            columns=program,
            pools=pools_of(program, plan.project.root),
            models=MODELS if asks else {},
            max_redraws=max_redraws,
        )
        limits = {"writer": Limits(max_parallel_requests=16), "column x": Limits(timeout=timeout, skip_health_check=True)}
        plan.write(
            "runtime",
            encode(Runtime(providers={"lab": Provider(endpoint=plan.endpoint, api_key=api_key), "plugins": Provider()}, limits=limits)),
        )
        REPORTS.append(plan.generate("b00000"))
        return plan.rows("b00000")

    return made


REPORTS: list[BatchReport] = []
MODELS = {"writer": Model(provider="lab", provider_type="openai", model="fake", temperature=0.7)}


@pytest.mark.parametrize(
    ("text", "custom"),
    [
        ("def f(row): return row['n'] * 2", {}),
        ("def f(row):\n    row['x'] = row['n'] * 2\n    return row", {}),
        ("async def f(row):\n    import asyncio\n    await asyncio.sleep(0.001)\n    return row['n'] * 2", {}),
        ("def f(df): return [n * 2 for n in df['n'].to_pylist()]", {"generation_strategy": "full_column"}),
        ("def f(rows: dict): return {'x': [n * 2 for n in rows['n']]}", {"generation_strategy": "full_column"}),
        (
            "import pandas as pd\ndef f(df: pd.DataFrame) -> pd.DataFrame:\n    df['x'] = df['n'] * 2\n    return df",
            {"generation_strategy": "full_column"},
        ),
        (
            "import pyarrow as pa\nimport pyarrow.compute as pc\ndef f(df: pa.Table):\n    return pc.multiply(df['n'], 2)",
            {"generation_strategy": "full_column"},
        ),
        ("import numpy as np\ndef f(df): return np.array(df['n'].to_pylist()) * 2", {"generation_strategy": "full_column"}),
        ("def f(row, generator_params): return row['n'] * generator_params['by']", {"generator_params": {"by": 2}}),
        ("def f(row): return row['n'] * 2", {"store": True}),
    ],
)
@pytest.mark.parametrize("after", [(), (Expression(name="mark", expr="{{ text | length > 0 }}"),)], ids=["of roots", "of a model's answer"])
def test_a_function_makes_values_of_rows_or_blocks(made: Made, text: str, custom: dict[str, Any], after: tuple[Column, ...]) -> None:
    """Whatever the form it takes them in, and whether or not they wait for a model."""
    if after:
        custom = custom | {"reads": ("n", "mark")}
        after = (TOPIC, TEXT, *after)
    rows = made(text, *after, **custom)
    assert [row["x"] for row in rows] == [row["n"] * 2 for row in rows]


def test_side_effects_are_columns(made: Made) -> None:
    """Right after their column, each with its type; others can read them."""
    text = "def f(row): return {**row, 'x': row['n'], 'why': f\"is {row['n']}\", 'parts': [1.5], 'undeclared': 3}"
    effects = (SideEffect(name="why", dtype="str"), SideEffect(name="parts", dtype="list[float]"))
    rows = made(text, Expression(name="told", expr="{{ why }}!"), side_effects=effects)
    assert list(rows[0]) == ["__row", "n", "told", "x", "why", "parts"]
    assert [(row["why"], row["parts"], row["told"]) for row in rows] == [(f"is {row['n']}", [1.5], f"is {row['n']}!") for row in rows]


def test_random_numbers_of_a_function_are_those_of_its_row(made: Made) -> None:
    """The same for any cut into batches and any block; another row has others."""
    text = "def f(row, rng): return rng.randrange(10**9)"
    whole = [row["x"] for row in made(text, rows=range(8))]
    assert [row["x"] for row in made(text, rows=range(5, 8))] == whole[5:]
    assert len(set(whole)) == 8
    blocks = "def f(df, seeds): return [seed % 10**9 for seed in seeds]"
    seeded = [row["x"] for row in made(blocks, rows=range(8), generation_strategy="full_column")]
    assert [row["x"] for row in made(blocks, rows=range(5, 8), generation_strategy="full_column")] == seeded[5:]


ASKS = """\
from resyn import RowFailed
def f(row, generator_params, models):
    first, messages = models["writer"].generate(f"TEXT about {row['n']}", system_prompt="Be brief.")
    assert [message["role"] for message in messages] == ["system", "user", "assistant"]
    second, _ = models["writer"].generate(f"NOTE on {first}")
    return first + " / " + second
"""
ASKS_AT_ONCE = """\
import asyncio
async def f(row, models):
    answers = await asyncio.gather(*(models["writer"].agenerate(f"TEXT about {row['n']}") for _ in range(2)))
    return " / ".join(text for text, _ in answers)
"""


@pytest.mark.parametrize("text", [ASKS, ASKS_AT_ONCE], ids=["one after another", "at once"])
def test_what_a_function_asks_models_is_stored_and_traced(made: Made, server: ModelServer, plan: Plan, text: str) -> None:
    """Two requests a row, each with its own seed; a replay calls nothing and gives the same."""
    options: dict[str, Any] = {"dtype": "str", "model_aliases": ("writer",), "rows": range(12)}
    first = made(text, **options)
    assert REPORTS[-1].answers == REPORTS[-1].asked == 24
    parts = [row["x"].split(" / ") for row in first]
    assert len({part for pair in parts for part in pair}) == 24
    trace, asked = plan.project.trace("b00000").read_bytes(), server.stats()["requests"]
    assert made(text, **options) == first
    assert REPORTS[-1].asked == 0
    assert server.stats()["requests"] == asked
    assert plan.project.trace("b00000").read_bytes() == trace
    assert made(text.replace("import asyncio", "import asyncio  # edited"), **options) == first
    assert server.stats()["requests"] == asked


def test_a_trace_does_not_tell_what_was_answered_first(made: Made, server: ModelServer, plan: Plan) -> None:
    """A replay, which waits for no model, asks in another order, and writes the same bytes."""
    text = """\
import asyncio
async def f(row, models):
    async def two():
        await models["writer"].agenerate("ONE")
        await models["writer"].agenerate("TWO")
    async def late():
        await asyncio.sleep(0.05)
        await models["writer"].agenerate("LATE")
    await asyncio.gather(two(), late())
    return 1
"""
    server.configure(latency_ms=120)
    made(text, model_aliases=("writer",), rows=range(3))
    server.configure(latency_ms=0)
    trace = plan.project.trace("b00000").read_bytes()
    made(text, model_aliases=("writer",), rows=range(3))
    assert REPORTS[-1].asked == 0
    assert plan.project.trace("b00000").read_bytes() == trace


def test_results_that_are_stored_are_made_once(made: Made, tmp_path: Path) -> None:
    """Also when the column's other settings change; another body makes them again."""
    text = f"def f(row):\n    with open({str(tmp_path / 'calls')!r}, 'a') as file: file.write('x')\n    return row['n']"
    first = made(text, store=True)
    assert made(text, store=True) == first
    made(text, Expression(name="other", expr="{{ n }}"), store=True)
    calls = (tmp_path / "calls").read_text()
    assert len(calls) == len({row["n"] for row in first})
    made(text + " + 1", store=True)
    assert len((tmp_path / "calls").read_text()) == 2 * len(calls)


def test_a_row_that_a_function_gives_up_is_drawn_again(made: Made) -> None:
    """As often as others are; then it is missing."""
    text = "from resyn import RowFailed\ndef f(row):\n    if row['n'] % 2: raise RowFailed('odd')\n    return row['n']"
    rows = made(text, TOPIC, TEXT, Expression(name="mark", expr="{{ text }}"), reads=("n", "mark"), rows=range(12), max_redraws=20)
    assert len(rows) == 12
    assert all(row["x"] % 2 == 0 for row in rows)
    assert all(row["x"] % 2 == 0 for row in made(text, rows=range(12), max_redraws=20))
    with pytest.raises(MissingRows, match="column 'x': never"):
        made("from resyn import RowFailed\ndef f(row): raise RowFailed('never')", TOPIC, TEXT, reads=("n", "text"))


@pytest.mark.parametrize("store", [False, True])
def test_a_key_in_the_words_of_a_function_that_gives_up_is_struck_out(
    made: Made, plan: Plan, monkeypatch: pytest.MonkeyPatch, store: bool
) -> None:
    """Also one whose variable only `providers.yaml` tells from others: in the error, among the rejected rows, in the store."""
    monkeypatch.setenv("LAB", "sk-canary-4f1d8b")
    text = "import os\nfrom resyn import RowFailed\ndef f(row): raise RowFailed('no ' + os.environ['LAB'])"
    with pytest.raises(MissingRows, match=r"column 'x': no \*\*\*"):
        made(text, TOPIC, TEXT, reads=("n", "text"), api_key="LAB", store=store)
    files = [path for path in plan.project.root.rglob("*") if path.is_file()]
    assert not [path for path in files if b"canary" in path.read_bytes()]


AFTER_A_MODEL = (TOPIC, TEXT)


@pytest.mark.parametrize(
    ("text", "custom", "message"),
    [
        ("def f(row):\n    return g(row)\ndef g(row):\n    return row['m']", {}, r"column 'x', row 0: plugins/mine\.py:4: KeyError: 'm'"),
        ("async def f(row):\n    return 1 / 0", {}, r"column 'x', row 0: plugins/mine\.py:2: ZeroDivisionError"),
        ("def f(row):\n    raise SystemExit(3)", {}, r"row 0: plugins/mine\.py:2: RuntimeError: SystemExit: 3"),
        ("def f(row):\n    raise KeyboardInterrupt", {}, r"row 0: plugins/mine\.py:2: RuntimeError: KeyboardInterrupt"),
        ("async def f(row):\n    raise KeyboardInterrupt", {}, r"row 0: plugins/mine\.py:2: RuntimeError: KeyboardInterrupt"),
        ("def f(row): return 'seven'", {}, r"row 0: plugins/mine\.py: f returned what does not fit: 'seven' \(str\) where int belongs"),
        ("def f(row): return {'y': 1}", {}, r"does not fit: \{'y': 1\} \(dict\) where int belongs"),
        ("def f(row): return 2**70", {}, "does not fit 64 bits"),
        ("def f(row): return True", {}, r"True \(bool\) where int belongs"),
        ("def f(df): return [1, 2]", {"generation_strategy": "full_column"}, r"rows 0 to 5: plugins/mine\.py: f returned 2 rows for 6"),
        (
            "def f(df): return 'ab'",
            {"generation_strategy": "full_column"},
            "f returned str, and a table or a list of one value a row is needed",
        ),
        (
            "def f(df):\n    return df['m']",
            {"generation_strategy": "full_column"},
            r"column 'x', rows 0 to 5: plugins/mine\.py:2: KeyError",
        ),
        ("def f(row): return 3", {"side_effects": (SideEffect(name="why", dtype="str"),)}, "int, and a dict with 'x', 'why' is needed"),
        ("def f(row): return {'x': 3}", {"side_effects": (SideEffect(name="why", dtype="str"),)}, "it has no 'why'"),
    ],
)
def test_a_function_that_is_wrong_ends_the_run(made: Made, text: str, custom: dict[str, Any], message: str) -> None:
    """It names the place in the plugin, the column and the rows; a bug is not drawn again."""
    with pytest.raises(PluginFailed, match=message):
        made(text, **custom)


def test_a_bug_among_cells_ends_the_run_too(made: Made) -> None:
    """Where rows wait for a model as well."""
    with pytest.raises(PluginFailed, match=r"column 'x', row \d+: plugins/mine\.py:1: ZeroDivisionError"):
        made("def f(row): return 1 / 0", *AFTER_A_MODEL, reads=("n", "text"))
    with pytest.raises(PluginFailed, match=r"column 'x', row \d+: plugins/mine\.py:2: ZeroDivisionError"):
        made("def f(row, models):\n    return 1 / 0", model_aliases=("writer",))


@pytest.mark.parametrize("where", ["roots", "cells", "models"])
@pytest.mark.parametrize("text", ["import time\ndef f({}): time.sleep(20)", "import asyncio\nasync def f({}): await asyncio.sleep(20)"])
def test_a_function_that_hangs_ends_the_run(made: Made, where: str, text: str) -> None:
    """After the time that the config gives it."""
    columns, custom = {"roots": ((), {}), "cells": (AFTER_A_MODEL, {"reads": ("text",)}), "models": ((), {"model_aliases": ("writer",)})}[
        where
    ]
    with pytest.raises(PluginFailed, match=r"column 'x': plugins/mine\.py: f did not return for 0\.3 s"):
        made(text.format("row, models" if where == "models" else "row"), *columns, timeout=0.3, **custom)


@pytest.mark.parametrize("custom", [{}, {"model_aliases": ("writer",)}, {"store": True}], ids=["rows", "models", "stored"])
@pytest.mark.filterwarnings("error")
def test_a_function_that_returns_too_late_disturbs_nobody(made: Made, custom: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """Nobody waits for it any more, and its thread ends without a word."""
    before = set(threading.enumerate())
    text = "import time\ndef f(row, models=None):\n    time.sleep(0.6)\n    return 1"
    with pytest.raises(PluginFailed, match="did not return"):
        made(text, timeout=0.1, rows=range(2), **custom)
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("plugins/mine.py"):
            thread.join(10)
    assert caplog.text == ""


def test_what_a_function_does_to_its_input_shows_nowhere(made: Made) -> None:
    """It gets copies, of what is nested too."""
    words = Custom(name="words", generator_function="plugins.mine:words", dtype="list[int]", reads=("n",))
    text = "def words(row): return [row['n']]\ndef f(row):\n    row['words'].append(1)\n    row['n'] = 0\n    return len(row['words'])"
    for columns in ((), AFTER_A_MODEL):
        rows = made(text, words, *columns, reads=("n", "words", *(("text",) if columns else ())))
        assert [(row["words"], row["x"]) for row in rows] == [([row["n"]], 2) for row in rows]
        assert all(row["n"] > 0 for row in rows)
    shared = "SAME = []\ndef f(row):\n    SAME.append(row['n'])\n    return SAME"
    assert [len(row["x"]) for row in made(shared, dtype="list[int]")] == [1, 2, 3, 4, 5, 6]


def test_code_that_was_edited_since_the_plan_is_refused(made: Made, plan: Plan) -> None:
    """A comment is no edit."""
    made("def f(row): return row['n']")
    file = plan.project.root / "plugins/mine.py"
    file.write_text("# a comment\ndef f(row): return row['n']")
    plan.generate("b00000")
    file.write_text("def f(row): return -row['n']")
    with pytest.raises(ConfigError, match=r"plugins/mine\.py: 'plugins\.mine:f' is not what the plan was made with"):
        plan.generate("b00000")


def test_two_projects_of_one_process_keep_to_their_own_plugins(made: Made, another_plan: Callable[[str], Plan]) -> None:
    """Modules of the same name do not meet."""
    assert [row["x"] - row["n"] for row in made("def f(row): return row['n']")] == [0] * 6
    other = another_plan("other")
    (other.project.root / "plugins").mkdir()
    (other.project.root / "plugins/mine.py").write_text("def f(row): return row['n'] + 1")
    other({"b00000": range(6)}, columns=(N, Custom(name="x", generator_function="plugins.mine:f", dtype="int", reads=("n",))), models={})
    other.generate("b00000")
    assert [row["x"] - row["n"] for row in other.rows("b00000")] == [1] * 6
