"""How the code is laid out, read from its syntax trees."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import resyn
from resyn.spec.columns.sampler import Sampler
from resyn.spec.files import fingerprint
from resyn.spec.samplers.category import Category
from support.planned import Plan

LAYERS = (
    {"errors", "project", "resume"},
    {"spec"},
    {"models", "plugins", "rng", "templates", "store", "testing"},
    {"seeds"},
    {"columns"},
    {"config"},
    {"plan", "dvc", "engine", "export", "report"},
    {"doctor", "gc", "resuming", "scaffold", "verify"},
    {"run"},
    {"pipeline"},
    {"cli"},
)
"""From the bottom up: a part may import those below it."""
BESIDE = {
    ("plan", "dvc"): "what is stale is read from DVC's locks, and grow runs DVC",
    ("report", "export"): "the report describes the rows that export merges",
    ("store", "models"): "an answer is stored by the key of its request",
}
"""Part → another one of its layer that it may import, and why."""
READS_CONFIG = {"cli", "pipeline", "plan"}
PRINTS_OR_EXITS = {
    "engine/interrupt.py": "a second Ctrl-C, while the first is being handled, ends the process at once",
    "testing/__main__.py": "the model server is a program of its own",
    "testing/server.py": "its first line says where it listens",
}
"""Beside cli/: file → why it does."""
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}

_ROOT = Path(resyn.__file__).parent
TREES = {path.relative_to(_ROOT).as_posix(): ast.parse(path.read_text()) for path in sorted(_ROOT.rglob("*.py"))}
"""File → its syntax; `__init__.py` at the top is the package's own face and in no part."""
del TREES["__init__.py"]


def part(file: str) -> str:
    """Return the part of the package a file is in."""
    return file.partition("/")[0].removesuffix(".py")


def imported(file: str) -> set[str]:
    """Return the parts of the package that a file imports, inside functions too."""
    modules: set[str] = set()
    for node in ast.walk(TREES[file]):
        if isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules |= {f"{node.module}.{name.name}" for name in node.names}
    return {words[1] for words in (module.split(".") for module in modules) if words[0] == "resyn"}


def exits(file: str) -> Iterator[str]:
    """Yield what a file prints or ends the process with."""
    for node in ast.walk(TREES[file]):
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if called in {"print", "exit", "quit", "sys.exit", "os._exit", "os.abort", "sys.stdout.write", "sys.stderr.write"}:
            yield called
        if isinstance(node, ast.Raise) and node.exc and "SystemExit" in ast.unparse(node.exc):
            yield "SystemExit"


def test_imports_point_one_way() -> None:
    """To a layer below, or to one of the few parts named beside it; a new part is placed before it is used."""
    level = {name: number for number, names in enumerate(LAYERS) for name in names}
    assert set(level) == {part(file) for file in TREES}
    edges = {(part(file), there) for file in TREES for there in imported(file) if there != part(file)}
    upwards = {(here, there) for here, there in edges if level[there] >= level[here]}
    assert upwards == set(BESIDE)


def test_only_what_a_person_starts_reads_what_a_person_wrote() -> None:
    """The engine knows the compiled program, not the config."""
    assert {part(file) for file in TREES if "config" in imported(file)} - {"config"} <= READS_CONFIG


def test_only_the_command_line_prints_or_exits() -> None:
    """What the library has to say it returns, raises, or hands to `notice`."""
    assert {file for file in TREES if part(file) != "cli" and any(exits(file))} == set(PRINTS_OR_EXITS)


def test_files_and_functions_are_short() -> None:
    """Past 300 lines, or 50, a second job has moved in."""
    files = {file: tree.body[-1].end_lineno or 0 for file, tree in TREES.items() if tree.body}
    assert {file: lines for file, lines in files.items() if lines > 300} == {}
    functions = {
        f"{file}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {function: lines for function, lines in functions.items() if lines > 50} == {}


def test_names_say_what_a_file_does() -> None:
    """A name for everything holds everything."""
    assert {file for file in TREES if SAYS_NOTHING & set(file.removesuffix(".py").replace("/", "_").split("_"))} == set()


def test_a_batch_loads_only_what_it_needs(tmp_path: Path) -> None:
    """Each of hundreds of batches pays for the imports of its process: no model, no event loop; never what the config is read with."""
    plan = Plan(tmp_path, "http://127.0.0.1:9/v1")
    plan({"b00000": range(3)}, columns=(Sampler(name="topic", params=Category(values=("tent", "lamp"))),), models={})
    identity = fingerprint(plan.project.generation.read_bytes())
    plan.project.params.write_text(f"plan:\n  fingerprint: {identity}\n")
    code = "import sys; from resyn.cli import command_line; command_line().main(['generate', 'b00000'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
    heavy = {"aiohttp", "asyncio", "dvc", "faker", "pandas", "pydantic", "ruamel", "scipy"}
    assert heavy & set(done.stdout.split()) == set()
    assert len(plan.rows("b00000")) == 3
